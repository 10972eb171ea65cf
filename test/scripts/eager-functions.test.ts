import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { withEagerFunctions } from '../../scripts/build/eager-functions.ts';
import { calledFunctions } from '../../scripts/build/start-profile.ts';

const run = promisify(execFile);

/** Every form of function that a bundle contains; its output shows results, names and the order of definition. */
const program = `
import { sep } from 'node:path';
console.log(declared(2), declared.name, typeof later);
function declared(n) { return inner(n) + sep.length; function inner(m) { 'use strict'; return twice(m); } }
const arrow = (n) => (m) => n + m;
const commonJs = { "a/b.js"(exports, module) { module.exports = helper(); function helper() { return 'from a/b'; } } };
const module = {};
commonJs["a/b.js"]({}, module);
class Counter { #count = 0; get next() { return ++this.#count; } add(n) { return (() => (this.#count += n))(); } }
let state = 'first';
function replaced() { replaced = () => 'second'; return state; }
async function later() { return (async (n) => n * 2)(21); }
function* numbers() { yield* [1, 2]; }
const object = { method(n) { return n; }, get value() { return 7; }, __proto__: null, fn: function named() { return named.name; } };
const counter = new Counter();
console.log(arrow(1)(2), arrow.name, module.exports, counter.next, counter.add(5));
console.log(replaced(), replaced(), await later(), [...numbers()].join(), object.method(3), object.value, object.fn());
function twice(n) { return 2 * n; }
export { twice };
`;

/** Runs a file with V8's log of functions; returns its output and the names of functions that were compiled apart from their file. */
const compiled = async (path: string): Promise<{ output: string; apart: readonly string[] }> => {
  const log = `${path}.log`;
  const flags = ['--log-function-events', '--no-logfile-per-isolate', `--logfile=${log}`];
  const { stdout } = await run(process.execPath, [...flags, path]);
  const lines = (await readFile(log, 'utf8')).split('\n').map((line) => line.split(','));
  const script = lines.find(([kind, , name = '']) => kind === 'script-details' && name.endsWith(path))?.[1];
  const apart = lines.filter(
    ([kind, event, id]) => kind === 'function' && event === 'parse-function' && id === script,
  );
  return { output: stdout, apart: apart.map((line) => line.at(-1) ?? '') };
};

test('marked functions are compiled with their file and do what they did', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-eager-'));
  try {
    const plain = join(dir, 'plain.mjs');
    const marked = join(dir, 'marked.mjs');
    await writeFile(plain, program);
    const coverage = join(dir, 'coverage');
    await run(process.execPath, [plain], { env: { ...process.env, NODE_V8_COVERAGE: coverage } });
    const executed = (await calledFunctions(coverage, dir)).get('plain.mjs') ?? new Set();
    await writeFile(marked, withEagerFunctions('plain.mjs', program, executed));
    const before = await compiled(plain);
    const after = await compiled(marked);
    expect(after.output).toBe(before.output);
    expect(before.output).toBe('5 declared function\n3 arrow from a/b 1 6\nfirst second 42 1,2 3 7 named\n');
    // The methods of the class and of the object, its getter and that of the class.
    expect(before.apart).toContain('declared');
    // Members of classes and methods of objects cannot be marked.
    expect(after.apart).toEqual(['Counter', 'get next', 'add', 'method', 'get value']);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

test('functions that were not called stay as they are', () => {
  expect(withEagerFunctions('a.js', program, new Set())).toBe(program);
});
