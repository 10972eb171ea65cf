import type { Diagnostic } from '../../domain/text/position.ts';
import { unsafeItems } from '../../runs/runbooks/argv/unsafe-items.ts';
import { anyText, textsOfValue, type ValueTexts } from '../../runs/runbooks/argv/value-texts.ts';
import { errorAt } from '../document/diagnostics.ts';
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

/** The references that begin an address of a source: opened, such a value begins with a scheme. */
const addressesIn = (node: YamlNode): readonly string[] => {
  if (node.is === 'scalar') return [];
  if (node.is === 'list') return node.items.flatMap(addressesIn);
  return [...node.entries].flatMap(([key, { value }]): readonly string[] => {
    const [first] = key === 'url' && value.is === 'scalar' ? (value.parts ?? []) : [];
    return typeof first === 'object' ? [first.reference] : addressesIn(value);
  });
};

/** A name that no parameter has. */
const standIn = (nth: number): string => `:${nth}`;

/** Known: the value itself is judged. Before, only what is unsafe whatever the value is counts. */
const textsOfPart = ({ reference, value }: OutsidePart, unknown: ValueTexts): ValueTexts => ({
  ...(value === undefined ? unknown : textsOfValue(value)),
  written: reference,
  isOwn: /^\$\{env:/.test(reference),
});

const harmless: ValueTexts = { mayBegin: () => false, mayBeEmpty: false };

const address = textsOfValue('https://host');

/** True where an argv names its program: first, or after `env` and its variables. */
const isProgramNext = (before: readonly string[]): boolean =>
  before.length === 0 || (before[0] === 'env' && before.slice(1).every((item) => /^\w+=/.test(item)));

/**
 * The program that the person who started opsdeck has chosen by `--set`, as if the profile named it: its options are judged as
 * those of that program. Undefined: the item is anything else.
 */
const chosenProgram = (
  parts: readonly (string | OutsidePart)[],
  before: readonly string[],
): string | undefined => {
  const [part, ...others] = parts;
  if (typeof part !== 'object' || others.length > 0 || !isProgramNext(before)) return undefined;
  const isOfCommandLine = /^\$\{[\w-]+\}$/.test(part.reference);
  return isOfCommandLine && /^[\w./+][\w./+-]*$/.test(part.value ?? '') ? part.value : undefined;
};

const diagnosticsOf = ({ key, list }: WrittenList, addresses: ReadonlySet<string>): readonly Diagnostic[] => {
  const outside: OutsidePart[] = [];
  const argv: string[] = [];
  for (const item of list.items) {
    const parts = item.is === 'scalar' ? (item.parts ?? [String(item.value ?? '').replaceAll('$', '')]) : [];
    const program = chosenProgram(parts, argv);
    const texts = parts.map((part) =>
      typeof part === 'string' ? part.replaceAll('${', '') : `\${param.${standIn(outside.push(part) - 1)}}`,
    );
    argv.push(program ?? texts.join(''));
  }
  if (outside.length === 0) return [];
  const unsafe = (unknown: ValueTexts): readonly Diagnostic[] => {
    const known = new Map(
      outside.map((part, nth) => [
        standIn(nth),
        textsOfPart(part, addresses.has(part.reference) ? address : unknown),
      ]),
    );
    return unsafeItems(argv, (name) => known.get(name) ?? unknown).map(({ nth, what, todo }) =>
      errorAt(list.items[nth]?.position ?? list.position, `${key}[${nth}]: ${what}`, todo),
    );
  };
  const errors = unsafe(harmless);
  const places = new Set(errors.map(({ position }) => position));
  // The value decides, which is not known yet.
  const warnings = unsafe(anyText).filter(({ position }) => !places.has(position));
  return [...errors, ...warnings.map((warning): Diagnostic => ({ ...warning, severity: 'warning' }))];
};

/**
 * Reports values from outside the profile (variables of the environment, files, outputs of commands, `--set`) that a program
 * would take for an option or execute, by the rule of parameters in an argv. An error before the values are known is one
 * whatever they are; a warning becomes one if the value is an option.
 */
export const outsideArgumentDiagnostics = (tree: YamlNode): readonly Diagnostic[] => {
  const addresses = new Set(addressesIn(tree));
  return listsIn(tree).flatMap((list) => diagnosticsOf(list, addresses));
};
