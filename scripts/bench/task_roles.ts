/**
 * A module without roles, for workers that only start.
 * @module
 */

import type { Role } from "./thread.ts";

export const roles: Record<string, Role> = {};
