/**
 * The URL of the file `name` beside the file `caller`, with the caller's own extension: the source has `.ts` files that
 * import each other, a built package `.js` files, and no build tool rewrites a URL that is made at run time.
 */
export function siblingUrl(name: string, caller: string): string {
  const extension = /\.[cm]?[jt]s$/.exec(new URL(caller).pathname)?.[0] ?? ".js";
  return new URL(`./${name}${extension}`, caller).href;
}
