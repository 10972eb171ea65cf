import type { Complaint } from '../../domain/text/position.ts';
import { unsafeItems } from '../../runs/runbooks/argv/unsafe-items.ts';
import { anyText, textsOfValue, type ValueTexts } from '../../runs/runbooks/argv/value-texts.ts';
import { errorAt } from '../document/complaints.ts';
import type { ListNode, OutsidePart, YamlNode } from '../document/tree.ts';

/** Keys of lists that are started as programs: operations, checks, signals and the renewal of a login. */
const argvKeys: ReadonlySet<string> = new Set(['argv', 'run', 'exec', 'login']);

interface WrittenList {
  readonly key: string;
  readonly list: ListNode;
}

const listsIn = (node: YamlNode): readonly WrittenList[] => {
  if (node.is === 'scalar') return [];
  if (node.is === 'list') return node.items.flatMap(listsIn);
  return [...node.entries].flatMap(([key, { value }]): readonly WrittenList[] =>
    value.is === 'list' && argvKeys.has(key) ? [{ key, list: value }, ...listsIn(value)] : listsIn(value),
  );
};

/** A name that no parameter has. */
const standIn = (nth: number): string => `:${nth}`;

/** Known: the value itself is judged. Before, only what is unsafe whatever the value is counts. */
const textsOfPart = ({ reference, value }: OutsidePart, unknown: ValueTexts): ValueTexts => ({
  ...(value === undefined ? unknown : textsOfValue(value)),
  written: reference,
});

const harmless: ValueTexts = { mayBegin: () => false, mayBeEmpty: false };

const complaintsOf = ({ key, list }: WrittenList): readonly Complaint[] => {
  const outside: OutsidePart[] = [];
  const argv = list.items.map((item) => {
    if (item.is !== 'scalar') return '';
    const parts = item.parts ?? [String(item.value ?? '').replaceAll('$', '')];
    return parts
      .map((part) =>
        typeof part === 'string' ? part.replaceAll('${', '') : `\${param.${standIn(outside.push(part) - 1)}}`,
      )
      .join('');
  });
  if (outside.length === 0) return [];
  const unsafe = (unknown: ValueTexts): readonly Complaint[] => {
    const known = new Map(outside.map((part, nth) => [standIn(nth), textsOfPart(part, unknown)]));
    return unsafeItems(argv, (name) => known.get(name) ?? unknown).map(({ nth, what, todo }) =>
      errorAt(list.items[nth]?.position ?? list.position, `${key}[${nth}]: ${what}`, todo),
    );
  };
  const errors = unsafe(harmless);
  const places = new Set(errors.map(({ position }) => position));
  // The value decides, which is not known yet.
  const warnings = unsafe(anyText).filter(({ position }) => !places.has(position));
  return [...errors, ...warnings.map((warning): Complaint => ({ ...warning, severity: 'warning' }))];
};

/**
 * Reports values from outside the profile (variables of the environment, files, outputs of commands, `--set`) that a program
 * would take for an option or execute, by the rule of parameters in an argv. An error before the values are known is one
 * whatever they are; a warning becomes one if the value is an option.
 */
export const outsideArgumentComplaints = (tree: YamlNode): readonly Complaint[] =>
  listsIn(tree).flatMap(complaintsOf);
