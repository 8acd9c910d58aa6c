import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Ran, run, runExample } from "./run_example.ts";

const packages = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** A tree of some thousand files, large binaries among them: one of the installed Nodes, else what is there. */
function realTree(): string {
  const name = readdirSync(packages).find((name) => /^node2\d-/.test(name)) ?? "typescript";
  return realpathSync(join(packages, name));
}

/** What `wc` and `sha256sum` say of every file under `root`, as `--list` prints it; zero bytes part the files. */
async function expectedLines(root: string): Promise<string[]> {
  const shell = async (script: string): Promise<string[]> => {
    const { code, stdout, stderr } = await run("sh", ["-c", script, "sh", root], { LC_ALL: "C" });
    assertEquals([code, stderr], [0, ""]);
    return stdout.split(/[\0\n]/).slice(0, -1);
  };
  const find = `cd "$1" && find . -type f -print0 | sort -z | xargs -0`;
  const counts = await shell(`${find} wc --`);
  const sums = await shell(`${find} sha256sum -z --`);
  const files = counts.filter((line) => !line.endsWith(" total")).map((line) => line.trim().split(/\s+/));
  assertEquals(files.length, sums.length);
  return files.map(([lines, words, bytes, ...path], index) => {
    const name = path.join(" ").replace("./", "");
    assert(sums[index]!.endsWith(`  ./${name}`));
    return `${sums[index]!.slice(0, 64)}  ${lines} ${words} ${bytes} ${name}`;
  });
}

/** Rows of the table, by their first column. */
function tableOf({ stdout }: Ran): Record<string, string> {
  return Object.fromEntries([...stdout.matchAll(/^│ (.+?) +│ +(.+?) │$/gm)].map(([, name, value]) => [name!, value!]));
}

function linesOf({ stdout }: Ran): string[] {
  return stdout.split("\n").filter((line) => /^[0-9a-f]{64} {2}/.test(line));
}

/** `wc` of newer GNU coreutils begins words at unprintable bytes too; then only texts agree in their number of words. */
async function sameWordsAsWc(): Promise<boolean> {
  const { stdout } = await run("sh", ["-c", "printf '\\001' | wc -w"], { LC_ALL: "C" });
  return Number(stdout) === 0;
}

function withoutWords(line: string): string {
  return line.replace(/^(\S+ {2}\d+) \d+/, "$1 -");
}

async function assertAgree(ran: Ran, root: string): Promise<void> {
  let expected = await expectedLines(root);
  let lines = linesOf(ran);
  const sum = (column: number): string =>
    String(expected.reduce((all, line) => all + Number(line.split(/ +/)[column]), 0));
  const table = tableOf(ran);
  assertEquals([table["files"], table["lines"], table["bytes"]], [String(expected.length), sum(1), sum(3)]);
  if (await sameWordsAsWc()) assertEquals(table["words"], sum(2));
  else [lines, expected] = [lines.map(withoutWords), expected.map(withoutWords)];
  assertEquals(lines.sort(), expected.sort());
  const digests = lines.map((line) => line.slice(0, 64)).sort().map((line) => `${line}\n`).join("");
  assertStringIncludes(ran.stdout, `digest of all digests: ${createHash("sha256").update(digests).digest("hex")}\n`);
}

test("count_files agrees with wc and sha256sum on thousands of files", { timeout: 60_000 }, async () => {
  const root = realTree();
  const ran = await runExample("count_files", [root, "--list"]);
  assertEquals(ran.code, 0);
  assertEquals(tableOf(ran)["not readable"], "0");
  await assertAgree(ran, root);
});

test("count_files counts any bytes, follows no links, and reports what it cannot read", async () => {
  const root = mkdtempSync(join(tmpdir(), "isthmus-count-"));
  try {
    mkdirSync(join(root, "sub/deeper"), { recursive: true });
    writeFileSync(join(root, "empty"), "");
    writeFileSync(join(root, "no end of line"), "one two\n three");
    writeFileSync(join(root, "sub/all_bytes"), Uint8Array.from({ length: 256 * 256 }, (_, at) => at ^ (at >> 8)));
    writeFileSync(join(root, "sub/deeper/long"), "word \t\v\f\r\n".repeat(200_000));
    symlinkSync(root, join(root, "sub/loop"));
    symlinkSync(join(root, "empty"), join(root, "link"));
    symlinkSync("nowhere", join(root, "broken"));
    const good = await runExample("count_files", [root, "--list", "--workers=3"]);
    assertEquals([good.code, tableOf(good)["files"], tableOf(good)["workers"]], [0, "4", "3"]);
    await assertAgree(good, root);

    // A name that is not UTF-8 comes out of readdir as another one, so that there is nothing to open, as if it had vanished.
    const odd = await run("sh", ["-c", `printf x > "$1/$(printf '\\377')"`, "sh", root]);
    if (odd.code !== 0) return; // this file system takes no such names
    const ran = await runExample("count_files", [root, "--list"]);
    assertEquals([ran.code, tableOf(ran)["files"], tableOf(ran)["not readable"]], [0, "4", "1"]);
    assertMatch(ran.stderr, /cannot count .*\ufffd: .*(ENOENT|No such file)/);
    assertEquals(linesOf(ran), linesOf(good));
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("count_files says what is wrong with its arguments", async () => {
  const nowhere = await runExample("count_files", [join(tmpdir(), "isthmus-nowhere")]);
  assertEquals(nowhere.code, 1);
  assertStringIncludes(nowhere.stderr, "isthmus-nowhere");
  assert(!existsSync(join(tmpdir(), "isthmus-nowhere")));
  const none = await runExample("count_files", ["--workers=none"]);
  assertEquals(none.code, 1);
  assertStringIncludes(none.stderr, "--workers=none");
});
