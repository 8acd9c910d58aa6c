import type { Part } from "./part.ts";
export function packageParts(): Part[] {
  return [];
}
