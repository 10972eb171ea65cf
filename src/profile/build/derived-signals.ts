import type { FactKind } from '../../domain/facts/facts.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { parseCalc } from '../../expressions/calc/parse.ts';
import type { Derivation } from '../../expressions/rows/derivation.ts';
import { parseTest } from '../../expressions/rows/parse.ts';
import { fieldNames, fieldOf } from '../../kinds/registry/registry.ts';
import { checkNode, definite } from '../document/check.ts';
import { didYouMean, errorAt } from '../document/diagnostics.ts';
import { childOf, type Gap, type MapNode, type YamlNode } from '../document/tree.ts';
import { zCalcRead, zFactRead } from '../shape/signal.ts';

/** A `read` that needs no source. */
export interface DerivedRead {
  readonly read: Readonly<Record<string, unknown>>;
  readonly derived?: Derivation;
  readonly diagnostics: readonly Diagnostic[];
  readonly gaps: readonly Gap[];
}

const formKeys = ['of', 'calc', 'fact', 'where', 'field', 'fold', 'lines', 'per'] as const;
const definingKeys: readonly string[] = ['of', 'calc', 'fact', 'lines'];

/** Moves the formula keys of a derived signal below `read:`; a file may write them without it. */
export const withRead = (node: MapNode): MapNode => {
  const moved = [...node.entries].filter(([key]) => formKeys.some((form) => form === key));
  const [first] = moved;
  if (node.entries.has('read') || first === undefined || !moved.some(([key]) => definingKeys.includes(key)))
    return node;
  const position = first[1].key;
  const otherEntries = [...node.entries].filter(([key]) => !formKeys.some((form) => form === key));
  const read: MapNode = { is: 'map', position, entries: new Map(moved) };
  return { ...node, entries: new Map([...otherEntries, ['read', { key: position, value: read }]]) };
};

const nothing = (diagnostics: readonly Diagnostic[], gaps: readonly Gap[] = []): DerivedRead => ({
  read: {},
  diagnostics,
  gaps,
});

const keyOf = (read: MapNode, key: string) => read.entries.get(key)?.key ?? read.position;

const calcRead = (read: MapNode, node: MapNode, id: string): DerivedRead => {
  const { value, diagnostics, gaps } = checkNode(zCalcRead, read, { label: id, under: ['read'] });
  const source = node.entries.get('source');
  const sourced =
    source === undefined
      ? []
      : [errorAt(source.key, `${id}: a calculated signal has no source`, 'remove source')];
  if (value === undefined || gaps.length > 0) return nothing([...diagnostics, ...sourced], gaps);
  const names = Object.keys(value.of);
  const parsed = parseCalc(value.calc, names);
  const place = (childOf(read, 'calc') ?? read).position;
  if (!parsed.ok)
    return nothing([...sourced, errorAt(place, `${id} read.calc: col ${parsed.col}: ${parsed.message}`, '')]);
  const idle = names
    .filter((name) => !parsed.calc.operands.includes(name))
    .map((name): Diagnostic => {
      const position = (childOf(childOf(read, 'of'), name) ?? read).position;
      return {
        position,
        severity: 'warning',
        what: `${id} read.of: the calculation does not use ${name}`,
        todo: 'remove it',
      };
    });
  const derived = { is: 'calc', calc: parsed.calc, of: value.of } as const;
  return { read: value, derived, diagnostics: [...sourced, ...idle], gaps };
};

const fieldDiagnostic = (
  kind: FactKind,
  field: string | undefined,
  id: string,
  place: YamlNode,
): readonly Diagnostic[] => {
  if (field === undefined) return [];
  const type = fieldOf(kind, field)?.type;
  if (type === 'number') return [];
  const numbers = fieldNames(kind).filter((name) => fieldOf(kind, name)?.type === 'number');
  const what =
    type === undefined ? `no field is called ${field} in ${kind}` : `${field} of ${kind} is not a number`;
  return [errorAt(place.position, `${id} read.field: ${what}`, didYouMean(field, numbers))];
};

const whereOf = (kind: FactKind, where: string | undefined, id: string, place: YamlNode) => {
  if (where === undefined) return { diagnostics: [] };
  const parsed = parseTest(kind, where);
  if (!parsed.ok)
    return {
      diagnostics: [errorAt(place.position, `${id} read.where: col ${parsed.col}: ${parsed.message}`, '')],
    };
  if (where.includes('${param.'))
    return {
      diagnostics: [
        errorAt(
          place.position,
          `${id} read.where: parameters are not available in a signal`,
          'write the value',
        ),
      ],
    };
  return { test: parsed.test, diagnostics: [] };
};

const factRead = (read: MapNode, id: string, source: string | undefined): DerivedRead => {
  const { value, diagnostics, gaps } = checkNode(zFactRead(), read, { label: id, under: ['read'] });
  if (value === undefined || gaps.length > 0) return nothing(diagnostics, gaps);
  const { fact: kind, field, fold } = value;
  const { test, diagnostics: untestable } = whereOf(kind, value.where, id, childOf(read, 'where') ?? read);
  const unfolded =
    field !== undefined && fold === undefined
      ? [errorAt(read.position, `${id} read: fold is missing`, 'write fold: sum, min, max, avg or count')]
      : [];
  const unnamed =
    field === undefined && fold !== undefined && fold !== 'count'
      ? [
          errorAt(
            keyOf(read, 'fold'),
            `${id} read: fold ${fold} needs a field`,
            'write field: the name of a number of each row',
          ),
        ]
      : [];
  const all = [
    ...fieldDiagnostic(kind, field, id, childOf(read, 'field') ?? read),
    ...untestable,
    ...unfolded,
    ...unnamed,
  ];
  if (all.length > 0) return nothing(all);
  const made = definite({ kind, field, fold: fold ?? 'count', where: test, source });
  return { read: definite(value), derived: { is: 'fact', fold: made }, diagnostics: [], gaps };
};

/**
 * Returns the `read` of a signal that is derived from others; undefined when a source reads it. `node` is the output of
 * `withRead`.
 */
export const derivedRead = (
  node: MapNode,
  id: string,
  source: string | undefined,
): DerivedRead | undefined => {
  const read = childOf(node, 'read');
  if (read?.is !== 'map') return undefined;
  // `of:` with a word belongs to the source: memory of its limit, ready of desired replicas.
  if (read.entries.has('calc') || childOf(read, 'of')?.is === 'map') return calcRead(read, node, id);
  // The source that reads the log counts lines, if its type supports that.
  return read.entries.has('fact') ? factRead(read, id, source) : undefined;
};
