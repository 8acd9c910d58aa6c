/**
 * The file that new threads run: the package's entry `./boot`. It does nothing where it is imported.
 * @module
 */

import "../mod.ts";
import { type ProcessData, runProcess } from "../core/process_run.ts";
import { processRuntime } from "../core/program.ts";
import { runWarden } from "../core/warden.ts";

const data = processRuntime().bootData();
if (data?.role === "warden") runWarden(data);
else if (data?.role === "process") void runProcess(data as unknown as ProcessData, (url) => import(url));
