import { earliestStart } from '../../../domain/facts/state-start.ts';
import { parentEntityOf } from '../../../situation/subject.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { type FindingRow, problemStart, type RowFinding } from './findings.ts';

/** Two rows alike are read as quickly as one; below a cause, where the rest of the tree is to be seen, they are one. */
const leastAlike = { root: 3, below: 2 } as const;

const separator = ' · ';
const quantity = /(?:\d[\d.,]*\s?(?:[µnm]?s|[mhdw]|%|[KMGT]i?B?)(?![a-z]))+/g;
const bareNumber = /\d[\d.,]*/g;

/**
 * A text without its quantities: those of rows alike differ in nothing else. A number without a unit in its first part says
 * what is wrong: 'down 503'.
 */
export const shapeOf = (text: string): string => {
  const [first = '', ...rest] = text.replaceAll(quantity, '#').split(separator);
  return [first, ...rest.map((part) => part.replaceAll(bareNumber, '#'))].join(separator);
};

/** The positions of the parts that all texts have in common. */
const commonParts = (texts: readonly string[]): ReadonlySet<number> => {
  const [first = [], ...others] = texts.map((text) => text.split(separator));
  return new Set(
    first.flatMap((part, index) => (others.every((parts) => parts[index] === part) ? [index] : [])),
  );
};

/** The problem that a row says of others too: the parts that they have in common, and the first without what differs. */
export const gatheredProblem = (text: string, common: ReadonlySet<number>): string => {
  const [first = '', ...rest] = text.split(separator);
  const head = common.has(0) ? first : first.replaceAll(quantity, '…');
  return [head, ...rest.filter((_, index) => common.has(index + 1))].join(separator);
};

/** The object that gathers findings; below a cause the name of breakers and alerts, which several instances have. */
const gatheringObject = ({ subject }: RowFinding, isBelow: boolean): string =>
  isBelow && (subject?.kind === 'breakers' || subject?.kind === 'alerts')
    ? subject.fact.name
    : parentEntityOf(subject);

/** Below a cause an alert says its state: its summary names the service, and is in its pane. */
const saidOf = (view: RenderContext, { finding, subject }: RowFinding, isBelow: boolean): string => {
  const text = finding.describe(view);
  return isBelow && subject?.kind === 'alerts' ? (text.split(/: | · /, 1)[0] ?? text) : text;
};

/** The name of a family of findings, whose texts are then compared; undefined for a row that stands alone. */
const familyOf = (row: FindingRow, isBelow: boolean): string | undefined => {
  if (row.is !== 'finding') return undefined;
  const { subject, pane, level, severity, acknowledged } = row;
  const parent = gatheringObject(row, isBelow);
  if (subject === undefined || parent === '') return undefined;
  const own =
    subject.kind === 'signal' ? subject.signal.id : subject.kind === 'alerts' ? subject.fact.name : '';
  const taken = acknowledged === undefined ? '' : `${acknowledged.who} ${acknowledged.at}`;
  return [pane.id, parent, level, severity?.id ?? '', own, taken].join('\0');
};

const isRowFinding = (row: FindingRow): row is RowFinding => row.is === 'finding';

/** The groups of a family that say the same of each row. */
const groupsOf = (
  view: RenderContext,
  family: readonly FindingRow[],
  isBelow: boolean,
): readonly (readonly RowFinding[])[] => {
  const findings = family.filter(isRowFinding);
  const least = isBelow ? leastAlike.below : leastAlike.root;
  if (findings.length < least) return [];
  const groups = Map.groupBy(findings, (row) => shapeOf(saidOf(view, row, isBelow)));
  return [...groups.values()].filter((group) => group.length >= least);
};

interface GatheringInputs {
  readonly expandedKeys: readonly string[];
  /** Returns whether a row has rows of its own below it, so that no other stands for it. */
  isHead(row: FindingRow): boolean;
  /** True: the rows are the consequences of a cause. */
  readonly isBelow?: boolean;
}

/**
 * Gathers findings of one object in one pane that say the same: one row with their number and their earliest start, in the place of
 * the first. The rows of `expandedKeys` are followed by the others.
 */
export const gatherAlike = (
  view: RenderContext,
  rows: readonly FindingRow[],
  { expandedKeys, isHead, isBelow = false }: GatheringInputs,
): readonly FindingRow[] => {
  const families = Map.groupBy(rows, (row) => familyOf(row, isBelow));
  families.delete(undefined);
  const shown = new Map<string, readonly FindingRow[]>();
  for (const group of [...families.values()].flatMap((family) => groupsOf(view, family, isBelow))) {
    const [first] = group;
    // One that does not depend on the order: the cursor stays on it.
    const [head, ...others] = group.toSorted(
      (a, b) => Number(isHead(b)) - Number(isHead(a)) || (a.key < b.key ? -1 : 1),
    );
    if (first === undefined || head === undefined || others.some(isHead)) continue;
    for (const { key } of group) shown.set(key, []);
    const isOpen = expandedKeys.includes(head.key);
    const gathered: FindingRow = {
      ...head,
      // A spread would read it for every row.
      get text() {
        return group.map(({ text }) => text).join(' ');
      },
      alike: {
        others,
        start: earliestStart(group.map(problemStart)),
        common: commonParts([head, ...others].map(({ finding }) => finding.describe(view))),
        isOpen,
      },
      standsFor: isOpen ? 1 : group.length,
    };
    shown.set(first.key, isOpen ? [gathered, ...others] : [gathered]);
  }
  return shown.size === 0 ? rows : rows.flatMap((row) => shown.get(row.key) ?? [row]);
};
