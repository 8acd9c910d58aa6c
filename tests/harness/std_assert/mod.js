// `@std/assert` lives on JSR, which not every network reaches; its very code is on npm, in deno-std, without types.
// @ts-self-types="./mod.d.ts"
export * from "deno-std/assert/mod.js";
