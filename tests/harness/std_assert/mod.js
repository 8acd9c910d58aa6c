// `@std/assert` lives on JSR, which not every network reaches; its very code is on npm, in deno-std, without types.
// @ts-self-types="./mod.d.ts"
export * from "deno-std/assert/mod.js";

// It compares Sets by a method that Node 20 lacks.
if (Set.prototype.symmetricDifference === undefined) {
  Object.defineProperty(Set.prototype, "symmetricDifference", {
    value(other) {
      return new Set([...this, ...other].filter((item) => this.has(item) !== other.has(item)));
    },
  });
}
