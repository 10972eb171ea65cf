import MagicString from 'magic-string';
import {
  type Directive,
  type Function as FunctionNode,
  parseSync,
  type Statement,
  Visitor,
} from 'oxc-parser';

/** Functions of a file, as `start:end` in UTF-16 units: the ranges that V8's coverage reports. */
export type FunctionRanges = ReadonlySet<string>;

type Range = { readonly start: number; readonly end: number };
type Body = readonly (Directive | Statement)[];

/** Parentheses around a function make V8 compile it with its file. They do not change what it does or its name. */
const parenthesize = (output: MagicString, { start, end }: Range): void => {
  output.prependRight(start, '(');
  output.appendLeft(end, ')');
};

/** The position after the imports and directives of a body, where its functions are defined. */
const headEnd = (body: Body): number | undefined =>
  body.find((entry) => entry.type !== 'ImportDeclaration' && !('directive' in entry))?.start;

/**
 * `function f() {…}` as `var f=(function() {…});` at the head of its body, where a declaration is defined as well. Without a name
 * of its own, the function still sees and assigns the variable.
 */
const declareAsVariable = (
  output: MagicString,
  node: FunctionNode,
  name: Range & { name: string },
  head: number,
): void => {
  output.remove(name.start, name.end);
  output.prependRight(node.start, `var ${name.name}=(`);
  output.appendLeft(node.end, ');');
  if (head !== node.start) output.move(node.start, node.end, head);
};

/**
 * Marks the `executed` functions of a built file so that V8 compiles them together with the file. Node's compile cache contains only those
 * (Node 24: a module's cache is made before the module is evaluated); every other function is parsed and compiled at its first call, at every start.
 * Methods of classes cannot be marked. Source: V8, "Blazingly fast parsing, part 2: lazy parsing", on possibly-invoked function expressions.
 */
export const withEagerFunctions = (file: string, text: string, executed: FunctionRanges): string => {
  const { program, errors } = parseSync(file, text);
  if (errors[0] !== undefined) throw new Error(`${file} cannot be parsed: ${errors[0].message}`);
  const output = new MagicString(text);
  const isExecuted = ({ start, end }: Range): boolean => executed.has(`${start}:${end}`);
  const methods = new Set<unknown>();
  const declared = (body: Body | undefined): void => {
    const head = body === undefined ? undefined : headEnd(body);
    for (const node of body ?? [])
      if (node.type === 'FunctionDeclaration' && node.id !== null && head !== undefined && isExecuted(node))
        declareAsVariable(output, node, node.id, head);
  };
  new Visitor({
    Program: ({ body }) => declared(body),
    FunctionDeclaration: ({ body }) => declared(body?.body),
    MethodDefinition: ({ value }) => methods.add(value),
    Property: (node) => {
      const { key, value, method, kind, computed } = node;
      if (!method && kind === 'init') return;
      methods.add(value);
      if (value.type !== 'FunctionExpression' || value.async || value.generator) return;
      // The modules of CommonJS packages in a bundle: "path"(exports,module){…}.
      const isModule = kind === 'init' && key.type === 'Literal' && !computed;
      if (!isModule || !(isExecuted(node) || isExecuted(value))) return;
      output.appendLeft(key.end, ':(function');
      output.appendLeft(value.end, ')');
    },
    FunctionExpression: (node) => {
      declared(node.body?.body);
      if (!methods.has(node) && isExecuted(node)) parenthesize(output, node);
    },
    ArrowFunctionExpression: (node) => {
      if (node.body.type === 'BlockStatement') declared(node.body.body);
      if (isExecuted(node)) parenthesize(output, node);
    },
  }).visit(program);
  return output.toString();
};
