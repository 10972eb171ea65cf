import { parseExpression, parseTest } from '../../expressions/rows/parse.ts';
import { type ExpressionToken, tokenize } from '../../expressions/rows/tokens.ts';
import { fieldOf } from '../../kinds/registry/registry.ts';
import { applyEdits, type TextEdit } from './text-edit.ts';

/**
 * Nodes of Kubernetes were rows of `workloads` with `kind = node`; they are the kind `nodes` now. This module rewrites
 * the expressions for which both forms mean the same, and refuses the others.
 */

/** The rewriting of one text. `edits` are offsets in it. */
export type Rewriting =
  | { readonly is: 'same' }
  | { readonly is: 'edits'; readonly edits: readonly TextEdit[]; readonly isEmpty?: true }
  | { readonly is: 'by-hand'; readonly why: string };

/** Fields that a node had as a workload and has now, with the same meaning. */
const sharedFields: readonly string[] = [
  'name',
  'uid',
  'startedAt',
  'cpuCores',
  'memoryBytes',
  'source',
  'at',
];

/** Returns whether a field of a node row means the same in both forms. */
export const isSharedField = (name: string): boolean => sharedFields.includes(name);

/** Thrown inside this module for an expression that only a person can rewrite. */
class ByHand extends Error {}

type Range = readonly ExpressionToken[];

const isSign = (token: ExpressionToken | undefined, ...texts: readonly string[]): boolean =>
  token?.is === 'sign' && texts.includes(token.text);

const isWord = (token: ExpressionToken | undefined, ...texts: readonly string[]): boolean =>
  token?.is === 'word' && texts.includes(token.text);

const isText = (token: ExpressionToken | undefined, text: string): boolean =>
  (token?.is === 'word' || token?.is === 'string') && token.text === text;

/** The index of the bracket that closes the one at `open`. */
const closing = (tokens: Range, open: number): number => {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    if (isSign(tokens[index], '(', '[')) depth++;
    else if (isSign(tokens[index], ')', ']') && --depth === 0) return index;
  }
  return tokens.length;
};

/** The parts that `and` joins, outside of brackets; undefined when `or` joins some. */
const conjuncts = (tokens: Range): readonly Range[] | undefined => {
  const parts: ExpressionToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isSign(token, '(', '[')) depth++;
    if (isSign(token, ')', ']')) depth--;
    if (depth === 0 && isWord(token, 'or')) return undefined;
    if (depth === 0 && isWord(token, 'and')) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
};

const isNodeTest = ([field, sign, word, ...rest]: Range): boolean =>
  isWord(field, 'kind') && isSign(sign, '=') && isText(word, 'node') && rest.length === 0;

/** Whether some test of `kind` names node. */
const namesNodes = (tokens: Range): boolean =>
  tokens.some((token, index) => {
    if (!isWord(token, 'kind')) return false;
    const sign = tokens[index + 1];
    if (isSign(sign, '=', '!=')) return isText(tokens[index + 2], 'node');
    if (isWord(sign, 'matches')) return tokens[index + 2]?.text.includes('node') === true;
    if (!isWord(sign, 'in')) return false;
    return tokens
      .slice(index + 2, closing(tokens, index + 2))
      .some((expressionToken) => isText(expressionToken, 'node'));
  });

const startOf = (tokens: Range): number => (tokens[0]?.col ?? 1) - 1;
const endOf = (tokens: Range): number => (tokens.at(-1)?.end ?? 1) - 1;

const isField = (name: string): boolean =>
  fieldOf('workloads', name) !== undefined || fieldOf('nodes', name) !== undefined;

/** `status` of a node was also ",SchedulingDisabled" on a cordoned one; only a comparison with Ready can be translated. */
const statusEdits = (tokens: Range, index: number): readonly TextEdit[] => {
  const [field, sign, word] = tokens.slice(index, index + 3);
  if (field === undefined || word === undefined || !isSign(sign, '=', '!=') || !isText(word, 'Ready'))
    throw new ByHand(
      'status of a cordoned node was "Ready,SchedulingDisabled". This is now scheduling = cordoned',
    );
  const isEqual = isSign(sign, '=');
  const isAlone = tokens.length === 3;
  const needsBrackets = isEqual ? isWord(tokens[index - 1], 'not') : !isAlone;
  const added = isEqual ? ' and scheduling = schedulable' : ' or scheduling = cordoned';
  return [
    ...(needsBrackets ? [{ start: field.col - 1, end: field.col - 1, text: '(' }] : []),
    { start: word.end - 1, end: word.end - 1, text: needsBrackets ? `${added})` : added },
  ];
};

/** The edits that give a test of a workload the same meaning for a row of `nodes`. Throws ByHand. */
const testEdits = (tokens: Range): readonly TextEdit[] =>
  tokens.flatMap((token, index) => {
    const after = tokens[index + 1];
    if (
      token.is !== 'word' ||
      !(isSign(after, '=', '!=', '<', '<=', '>', '>=') || isWord(after, 'in', 'matches'))
    )
      return [];
    const { text: name } = token;
    if (name === 'status') return statusEdits(tokens, index);
    if (!isSharedField(name))
      throw new ByHand(`the field ${name} of a node has no exact equivalent in the kind nodes`);
    const operands = isWord(after, 'in')
      ? tokens.slice(index + 3, closing(tokens, index + 2))
      : tokens.slice(index + 2, index + 3);
    const compared = operands.find((operand) => operand.is === 'word' && isField(operand.text));
    if (compared !== undefined) throw new ByHand(`${compared.text} is compared with another field`);
    return [];
  });

/** Removes the test of `kind` from its conjuncts and translates the rest. */
const withoutNodeTest = (
  parts: readonly Range[],
): { readonly edits: readonly TextEdit[]; readonly rest: Range } => {
  const index = parts.findIndex(isNodeTest);
  const own = parts[index] ?? [];
  const next = parts[index + 1];
  const previous = parts[index - 1];
  const rest = parts.filter((_, place) => place !== index);
  const removed =
    next !== undefined
      ? { start: startOf(own), end: startOf(next), text: '' }
      : { start: previous === undefined ? startOf(own) : endOf(previous), end: endOf(own), text: '' };
  return { edits: [removed, ...rest.flatMap((part) => translated(part, rest.length))], rest: rest.flat() };
};

/** The translation of one of several conjuncts: what it adds must not leave it. */
const translated = (part: Range, parts: number): readonly TextEdit[] => {
  const edits = testEdits(part);
  const [first] = part;
  const isBare = isWord(first, 'status') && part.length === 3 && isSign(part[1], '!=');
  if (!isBare || parts === 1) return edits;
  return [
    { start: startOf(part), end: startOf(part), text: '(' },
    ...edits,
    { start: endOf(part), end: endOf(part), text: ')' },
  ];
};

/** The edits of one `any(workloads…)`, `all(…)` or `count(…)`; `at` is the index of that word. Throws ByHand. */
const quantifierEdits = (tokens: Range, index: number): readonly TextEdit[] => {
  const close = closing(tokens, index + 1);
  const kind = tokens[index + 2];
  const hasFilter = isSign(tokens[index + 3], '[');
  const filterEnd = hasFilter ? closing(tokens, index + 3) : index + 2;
  const filter = hasFilter ? tokens.slice(index + 4, filterEnd) : [];
  const bar = tokens[filterEnd + 1];
  const test = isSign(bar, '|') ? tokens.slice(filterEnd + 2, close) : [];
  if (kind === undefined || !(namesNodes(filter) || namesNodes(test))) return [];
  const renamed = { start: kind.col - 1, end: kind.end - 1, text: 'nodes' };
  const inFilter = conjuncts(filter);
  if (inFilter?.some(isNodeTest) === true) {
    const { edits, rest } = withoutNodeTest(inFilter);
    const brackets = tokens.slice(index + 3, filterEnd + 1);
    const filtered = rest.length > 0 ? edits : [{ start: startOf(brackets), end: endOf(brackets), text: '' }];
    return [renamed, ...filtered, ...testEdits(test)];
  }
  const inTest = conjuncts(test);
  if (inTest?.some(isNodeTest) !== true || namesNodes(filter) || isWord(tokens[index], 'all'))
    throw new ByHand('opsdeck cannot rewrite an expression that tests nodes together with other workloads');
  const { edits, rest } = withoutNodeTest(inTest);
  if (rest.length > 0) return [renamed, ...testEdits(filter), ...edits];
  if (!isWord(tokens[index], 'count')) throw new ByHand('any(nodes | …) needs a test of each node');
  return [
    renamed,
    ...testEdits(filter),
    { start: endOf(tokens.slice(0, filterEnd + 1)), end: endOf(test), text: '' },
  ];
};

/** Rewrites a text that is valid before, and has to be valid afterwards. The validation reports one that is not. */
const rewriting = (
  text: string,
  find: (tokens: Range) => Rewriting,
  isValid: (kind: 'workloads' | 'nodes', text: string) => boolean,
): Rewriting => {
  if (!isValid('workloads', text)) return { is: 'same' };
  try {
    const found = find(tokenize(text).filter(({ is }) => is !== 'end'));
    if (found.is !== 'edits' || found.isEmpty === true || isValid('nodes', applyEdits(text, found.edits)))
      return found;
    return {
      is: 'by-hand',
      why: 'the rewritten expression would not be valid. Change the expression by hand',
    };
  } catch (error) {
    if (error instanceof ByHand) return { is: 'by-hand', why: error.message };
    throw error;
  }
};

/** Rewrites `when`, `that` or `needs`. */
export const rewriteNodeExpression = (text: string): Rewriting =>
  rewriting(
    text,
    (tokens) => {
      const edits = tokens.flatMap((token, index) =>
        isWord(token, 'any', 'all', 'count') &&
        isSign(tokens[index + 1], '(') &&
        isWord(tokens[index + 2], 'workloads')
          ? quantifierEdits(tokens, index)
          : [],
      );
      return edits.length === 0 ? { is: 'same' } : { is: 'edits', edits };
    },
    (_, expression) => parseExpression(expression).ok,
  );

/** Rewrites a `where` over workloads as one over nodes. `isEmpty`: nothing of it is left. */
export const rewriteNodeTest = (text: string): Rewriting =>
  rewriting(
    text,
    (tokens) => {
      if (!namesNodes(tokens)) return { is: 'same' };
      const parts = conjuncts(tokens);
      if (parts?.some(isNodeTest) !== true)
        throw new ByHand('opsdeck cannot rewrite an expression that selects both nodes and other workloads');
      const { edits, rest } = withoutNodeTest(parts);
      return rest.length === 0 ? { is: 'edits', edits: [], isEmpty: true } : { is: 'edits', edits };
    },
    (kind, test) => parseTest(kind, test).ok,
  );
