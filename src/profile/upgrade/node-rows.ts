import { type Alias, isAlias, isMap, isScalar, isSeq, type Pair, Scalar, visit, type YAMLMap } from 'yaml';
import { isSharedField, type Rewriting, rewriteNodeExpression, rewriteNodeTest } from './node-expressions.ts';
import type { DocumentPath, StepChange, StepInput, StepNote, StepResult, UpgradeStep } from './step.ts';
import { alignValue, applyEdits, type TextEdit } from './text-edit.ts';

const expressionKeys: readonly string[] = ['when', 'that', 'needs'];
const what = 'nodes are no longer rows of workloads with kind = node, but the kind nodes';
const todo = 'rewrite the expression with nodes. See nodes in docs/reference/kinds.md';

type TextScalar = Scalar<string> & { readonly range: readonly [number, number, number] };

const isTextScalar = (node: unknown): node is TextScalar =>
  isScalar(node) && typeof node.value === 'string' && node.range != null;

const note = (time: number, why: string): StepNote => ({ at: time, what: `${what}: ${why}`, todo });

/** The edits of a scalar's value as edits of the text; undefined when the source spells the value differently. */
const inText = ({ value, range, type }: TextScalar, edits: readonly TextEdit[], text: string) => {
  const [start, end] = range;
  const isQuoted = type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE;
  const isBlock = type === Scalar.BLOCK_FOLDED || type === Scalar.BLOCK_LITERAL;
  const source = text.slice(start, end);
  const header = isBlock ? (/^[^\n]*\n\s*/.exec(source)?.[0].length ?? 0) : isQuoted ? 1 : 0;
  const offsets = alignValue(
    value,
    source.slice(header, isQuoted ? -1 : undefined),
    type === Scalar.QUOTE_DOUBLE,
  );
  if (offsets === undefined) return undefined;
  const base = start + header;
  return edits.map((edit) => ({
    start: base + (offsets[edit.start] ?? 0),
    end: base + (offsets[edit.end] ?? 0),
    text: edit.text,
  }));
};

type Found = StepChange | StepNote | undefined;

/** The change of one scalar. */
const scalarChange = (scalar: TextScalar, path: DocumentPath, found: Rewriting, text: string): Found => {
  const [time] = scalar.range;
  if (found.is === 'same') return undefined;
  if (found.is === 'by-hand') return note(time, found.why);
  const edits = inText(scalar, found.edits, text);
  if (edits === undefined)
    return note(time, 'the text has escaped characters, so opsdeck does not change the text');
  const value = applyEdits(scalar.value, found.edits);
  return { at: time, what, edits, values: [{ path, value }] };
};

const scalarOf = (map: YAMLMap, key: string): TextScalar | undefined => {
  const value = map.get(key, true);
  return isTextScalar(value) && value.anchor === undefined ? value : undefined;
};

/** Replaces a whole plain or quoted scalar. */
const replaced = ({ range, type }: TextScalar, value: string): TextEdit => {
  const quote = type === Scalar.QUOTE_DOUBLE ? '"' : type === Scalar.QUOTE_SINGLE ? "'" : '';
  return { start: range[0], end: range[1], text: `${quote}${value}${quote}` };
};

/** Removes a key that follows another one; undefined when a comment is between them. */
const removed = (map: YAMLMap, key: string, text: string): TextEdit | undefined => {
  const index = map.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === key);
  const own = map.items[index];
  const previous = map.items[index - 1];
  if (!isScalar(own?.key) || !isTextScalar(own.value) || !isTextScalar(previous?.value)) return undefined;
  const start = previous.value.range[1];
  const isPlain = /^\s*,?\s*$/.test(text.slice(start, own.key.range?.[0] ?? start));
  return isPlain ? { start, end: own.value.range[1], text: '' } : undefined;
};

/** The rows that a map with `where` selects: its scalar with the kind, the kind, and the field that is read. */
const rowsOf = (map: YAMLMap) => {
  const origin = scalarOf(map, 'fact') ?? scalarOf(map, 'from');
  const [kind, ownField] = origin?.value.split('.') ?? [];
  const field = ownField ?? (map.has('field') ? String(map.get('field')) : undefined);
  return { origin, kind, ownField, field };
};

/** Why the rows of a map cannot be read as nodes although its `where` can. */
const obstacle = (map: YAMLMap): string | undefined => {
  const { origin, field } = rowsOf(map);
  if (origin === undefined || scalarOf(map, 'where') === undefined)
    return 'the kind is written in another file, or an anchor shares one of the two';
  if (field !== undefined && !isSharedField(field))
    return `the field ${field} of a node has no exact equivalent in the kind nodes`;
  return map.has('avoid') ? 'avoid: of this choice tests the same rows' : undefined;
};

/** The change of a map with `where` over workloads: a signal that reads facts, or the choices of a parameter. */
const mapChange = (map: YAMLMap, path: DocumentPath, text: string): Found => {
  const where = map.get('where', true);
  const { origin, kind = 'workloads', ownField } = rowsOf(map);
  if (!isTextScalar(where) || kind !== 'workloads') return undefined;
  const found = rewriteNodeTest(where.value);
  if (found.is === 'same') return undefined;
  const [time] = where.range;
  if (found.is === 'by-hand') return note(time, found.why);
  const why = obstacle(map);
  if (why !== undefined || origin === undefined) return note(time, why ?? '');
  const value = ownField === undefined ? 'nodes' : `nodes.${ownField}`;
  const isEmpty = found.isEmpty === true;
  const removal = isEmpty ? removed(map, 'where', text) : undefined;
  const edits = isEmpty ? removal && [removal] : inText(where, found.edits, text);
  if (edits === undefined)
    return note(
      time,
      isEmpty
        ? 'remove where: from the entry'
        : 'the text has escaped characters, so opsdeck does not change the text',
    );
  const test = isEmpty ? undefined : applyEdits(where.value, found.edits);
  return {
    at: time,
    what,
    edits: [replaced(origin, value), ...edits],
    values: [
      { path: [...path, ownField === undefined ? 'fact' : 'from'], value },
      { path: [...path, 'where'], value: test },
    ],
  };
};

const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : '');

/** Anchors whose aliases are not all expressions: a change would also change something else. */
const sharedAnchors = ({ document }: StepInput): ReadonlySet<string> => {
  const names = new Set<string>();
  visit(document, {
    Alias: (_, alias: Alias, ancestors) => {
      const parent = ancestors.at(-1);
      const isExpression =
        parent !== undefined && 'key' in parent && expressionKeys.includes(keyOf(parent as Pair));
      if (!isExpression) names.add(alias.source);
    },
  });
  return names;
};

/** Finds expressions about nodes in a part of the document. */
const findIn = (
  node: unknown,
  path: DocumentPath,
  input: StepInput,
  shared: ReadonlySet<string>,
): readonly Found[] => {
  if (isAlias(node)) return [];
  if (isSeq(node)) return node.items.flatMap((item, index) => findIn(item, [...path, index], input, shared));
  if (!isMap(node)) return [];
  const own = node.items.map((pair): Found => {
    const key = keyOf(pair);
    if (!expressionKeys.includes(key) || !isTextScalar(pair.value)) return undefined;
    const found = rewriteNodeExpression(pair.value.value);
    if (found.is === 'edits' && shared.has(pair.value.anchor ?? ''))
      return note(pair.value.range[0], 'a YAML alias uses the same text elsewhere');
    return scalarChange(pair.value, [...path, key], found, input.text);
  });
  const below = node.items.flatMap((pair) => findIn(pair.value, [...path, keyOf(pair)], input, shared));
  return [mapChange(node, path, input.text), ...own, ...below];
};

/** Rewrites expressions about rows of `workloads` with `kind = node`, where both forms mean the same. */
export const nodeRows: UpgradeStep = {
  id: 'node-rows',
  format: 1,
  title: what,
  find: (input): StepResult => {
    const all = findIn(input.document.contents, [], input, sharedAnchors(input)).filter(
      (found) => found !== undefined,
    );
    const changes = all.filter((entry): entry is StepChange => 'edits' in entry);
    const notes = all.filter((entry): entry is StepNote => !('edits' in entry));
    // The rows of a plugin may still be workloads of kind node.
    return input.hasPlugins
      ? {
          changes: [],
          notes: [...notes, ...changes.map(({ at }) => note(at, 'a plugin may provide rows of this kind'))],
        }
      : { changes, notes };
  },
};
