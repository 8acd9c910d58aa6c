/**
 * The entry of the benchmark's workers.
 * @module
 */

import { serve } from "./thread.ts";

void serve();
