/**
 * The file that new threads run: the package's entry `./boot`. It does nothing where it is imported.
 * @module
 */

import { provideProcesses, runThread } from "../core/context.ts";
import { detect } from "./detect.ts";

provideProcesses(detect());
runThread((url) => import(url));
