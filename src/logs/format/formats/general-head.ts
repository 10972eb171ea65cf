import { aheadOf, type LineFormat } from './line-format.ts';

/** A dotted, scoped or located name: 'org.shop.Refund', 'shop::refund', 'shop/refund.go:42', 'Shop.Refund[0]'. */
const qualified = '@?[A-Za-z_][\\w$@]*(?:(?:::|[.#/-])[\\w$@<>-]+)*';

/** Parts of a head, each at the position of the search. The names of the groups are those of fields. */
const parts: readonly RegExp[] = [
  // ' - ', ' | ', ': ', and what closes the brackets of a time or a level.
  /(?:[\s|>]|[-:](?=\s)|--(?=\s)|[\])](?=[\s:[({-]|$)|!(?= \[))+/y,
  /\[(?:[a-z]+=)?(?<pid>\d+)\](?:\[\d+\])*/y,
  /\[(?<uptime>\d+\.\d+s)\]/y,
  /:(?<logger>[A-Za-z_][\w.]*):(?=\S)/y,
  /\[\]|\{\}|\[\s*\d+\s*\]/y,
  /\[(?<logger>[\w.$:/@#,-]+)\s*(?::\d+)?\](?!:)/y,
  /\{(?<logger>[\w/-]+\.\w+(?::\d+)?)\}|\{(?<query>[\w-]+)\}/y,
  /\[(?<thread>[\w.$/ #-]+-\d+|main|\d+:[^\]]+)\]/y,
  // Tabs divide columns; in front of the fields of zap stands the message.
  /(?<request>[0-9a-f]{8}-[0-9a-f-]{27,36})(?=\s)/y,
  new RegExp(`(?<=\\t)(?<logger>${qualified}(?::\\d+)?)(?=\\t(?!\\{))`, 'y'),
  new RegExp(
    `(?<logger>${qualified}(?::\\d+)?)(?: \\([\\w-]+\\))?(?:\\s+\\[\\])?(?=\\s+(?:--?|>|\\|)\\s)`,
    'y',
  ),
  new RegExp(`(?<=\\|)(?<logger>${qualified})(?=\\|)`, 'y'),
  /(?<host>[A-Za-z0-9][\w.-]*)\s+(?<logger>[\w./-]+)\[(?<pid>\d+)\](?=: )/y,
  new RegExp(`(?<logger>${qualified})\\s*\\[(?<pid>\\d+)\\](?=:)`, 'y'),
  /(?<logger>[A-Za-z_][\w.]*\[\d+\]):?(?= )/y,
  // A name before a colon has a dot, or a capital letter: 'exited: 1' is a message.
  /(?<logger>(?:[A-Za-z_][\w$]*(?:::|[.#]))+[\w$<>]+|[a-z]*[A-Z][a-z]+\w*(?: \([\w-]+\))?|(?<=\| )[\w-]+)(?=: )/y,
  /(?<logger>(?:[A-Za-z_]\w*\.)+\w+)(?=\s+\[)/y,
];

/** Words that no logger is called. */
const isProblem =
  /(?:Error|Exception|Warning|Failed|Timeout)(?::|$)|^(?:Error|Exception|Cause|Caused|Reason)$/;

const mostParts = 12;

/** The parts that were read: the end of the head, and its fields. */
interface Head {
  readonly to: number;
  readonly fields: ReadonlyMap<string, string>;
  readonly isLevelInside: boolean;
}

/** A name with the number of a line is where the line was written. */
const fieldOf = (name: string, value: string): string =>
  name === 'logger' && /:\d+$/.test(value) ? 'caller' : name;

/** Returns the end of the next part at a position, and puts its names into the fields; the position itself if there is none. */
const readPart = (text: string, from: number, fields: Map<string, string>): number => {
  for (const part of parts) {
    part.lastIndex = from;
    const match = part.exec(text);
    if (match === null || match[0] === '') continue;
    const named = Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined);
    const fieldsOfPart = named.map(([name, value]) => [fieldOf(name, value), value] as const);
    if (
      fieldsOfPart.some(([name, value]) => fields.has(name) || (name === 'logger' && isProblem.test(value)))
    )
      continue;
    for (const [name, value] of fieldsOfPart) fields.set(name, value);
    return part.lastIndex;
  }
  return from;
};

/** A number before the level is that of a process or a thread. Returns its end; 0 if there is none. */
const readNumber = (text: string, from: number, fields: Map<string, string>): number => {
  const number = /\d+(?=\s)/y;
  number.lastIndex = from;
  const [value] = number.exec(text) ?? [];
  if (value === undefined || fields.has('pid')) return 0;
  fields.set('pid', value);
  return number.lastIndex;
};

const readHead = (text: string, levelFrom: number, levelTo: number): Head => {
  const fields = new Map<string, string>();
  let to = 0;
  let isLevelInside = levelTo === 0;
  for (let count = 0; count < mostParts; count++) {
    const opening = /[[<(]?\s*/y;
    opening.lastIndex = to;
    opening.exec(text);
    if (!isLevelInside && (to === levelFrom || opening.lastIndex === levelFrom)) {
      to = levelTo + (/^\s*[\])>]/.exec(text.slice(levelTo))?.[0].length ?? 0);
      isLevelInside = true;
      continue;
    }
    const next = (isLevelInside ? 0 : readNumber(text, to, fields)) || readPart(text, to, fields);
    if (next === to || (!isLevelInside && next > levelFrom)) break;
    to = next;
  }
  return { to, fields, isLevelInside };
};

/**
 * Heads of unknown formats: between time, level and message stand names, numbers and brackets in any order. Undefined if no logger and
 * no number is found.
 */
export const generalFormat: LineFormat = ({ before, rest, levelFrom, levelTo, levelBefore, stamp }) => {
  if (stamp === '' && levelTo === 0 && levelBefore === '') return undefined;
  const { to, fields, isLevelInside } = readHead(rest, levelFrom, levelTo);
  if (fields.size === 0 || !isLevelInside) return undefined;
  const ahead = aheadOf(before, levelBefore).trim();
  const thread = fields.has('thread') || ahead === '' ? undefined : ahead;
  const message = rest.slice(to).replace(/^[\s|>:-]+(?=\S)/, '');
  return { format: 'plain', message, fields: [...fields, ['from', thread]] };
};
