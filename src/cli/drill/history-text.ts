import { type DrillRecord, drillTime, isHidden } from '../../domain/drills/drill-record.ts';
import { isoTime } from '../../domain/text/format.ts';

/** A drill for output. `state`: of one without an end, whether its process still runs. */
export interface ListedDrill {
  readonly record: DrillRecord;
  readonly state: 'ended' | 'running' | 'interrupted' | 'unknown';
}

const columns = [
  'started',
  'environment',
  'incident',
  'who',
  'how',
  'outcome',
  'score_s',
  'notice_s',
  'diagnose_s',
  'act_s',
  'recover_s',
  'wrong_turns',
  'gates_refused',
  'gates_overridden',
  'hints',
  'runbook',
] as const;

const outcomeWords = {
  recovered: 'recovered',
  healed: 'all clear',
  'not-recovered': 'not recovered',
} as const;

/** The outcome of a drill: 'recovered', 'all clear', 'not recovered', 'interrupted'. */
export const outcomeText = ({ record, state }: ListedDrill): string =>
  state === 'ended' ? outcomeWords[record.score.outcome] : state;

/** The incident; hidden while a blind drill is running. */
const incidentText = (record: DrillRecord): string => (isHidden(record) ? '(blind)' : record.incident);

/** A drill as JSON: unknown values are null. */
export const drillJson = (drill: ListedDrill): Readonly<Record<string, unknown>> => {
  const { record, state } = drill;
  const { score } = record;
  const isBlind = isHidden(record);
  return {
    id: record.id,
    system: record.system,
    env: record.env,
    incident: isBlind ? null : record.incident,
    title: isBlind ? null : record.title,
    at: isoTime(record.at),
    endedAt: record.endedAt === undefined ? null : isoTime(record.endedAt),
    who: record.who,
    state,
    how: record.how,
    blind: record.blind,
    seed: isBlind ? null : (record.seed ?? null),
    outcome: score.outcome,
    runbook: score.runbook ?? null,
    noticedMs: score.noticedMs ?? null,
    diagnosedMs: score.diagnosedMs ?? null,
    actedMs: score.actedMs ?? null,
    recoveredMs: score.recoveredMs ?? null,
    healedMs: score.healedMs ?? null,
    unproved: score.unproved ?? null,
    totalMs: score.totalMs ?? null,
    wrongTurns: score.wrongTurns,
    gates: score.gates,
    hints: score.hints,
    target: record.target ?? null,
  };
};

const seconds = (ms: number | undefined): string => (ms === undefined ? '' : (ms / 1000).toFixed(1));

const cellsOf = (drill: ListedDrill): readonly string[] => {
  const { record } = drill;
  const { score } = record;
  return [
    isoTime(record.at),
    `${record.system}/${record.env}`,
    incidentText(record),
    record.who,
    record.how,
    outcomeText(drill),
    seconds(score.totalMs),
    seconds(score.noticedMs),
    seconds(score.diagnosedMs),
    seconds(score.actedMs),
    seconds(score.recoveredMs),
    String(score.wrongTurns.length),
    String(score.gates.refused),
    String(score.gates.overridden),
    String(score.hints),
    score.runbook ?? '',
  ];
};

/** Quotes a CSV cell (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe. */
const csvCell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The drills as CSV: times in seconds, empty where unknown. */
export const csvLines = (drills: readonly ListedDrill[]): readonly string[] =>
  [columns, ...drills.map(cellsOf)].map((cells) => cells.map(csvCell).join(','));

const markdownCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The rows of the table that people read. */
export const historyRows = (drills: readonly ListedDrill[]): readonly (readonly string[])[] => [
  [
    'STARTED',
    'ENVIRONMENT',
    'INCIDENT',
    'WHO',
    'OUTCOME',
    'SCORE',
    'NOTICE',
    'DIAGNOSE',
    'ACT',
    'RECOVER',
    'WRONG',
    'HINTS',
  ],
  ...drills.map((drill) => {
    const { record } = drill;
    const { score } = record;
    return [
      isoTime(record.at).slice(0, 16).replace('T', ' '),
      `${record.system}/${record.env}`,
      incidentText(record),
      record.who,
      outcomeText(drill),
      drillTime(score.totalMs),
      drillTime(score.noticedMs),
      drillTime(score.diagnosedMs),
      drillTime(score.actedMs),
      drillTime(score.recoveredMs),
      String(score.wrongTurns.length),
      String(score.hints),
    ];
  }),
];

/** The drills as a Markdown table. */
export const markdownLines = (drills: readonly ListedDrill[]): readonly string[] => {
  const [head = [], ...rows] = historyRows(drills);
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownCell).join(' | ')} |`;
  const titles = head.map((title) => `${title.slice(0, 1)}${title.slice(1).toLowerCase()}`);
  return ['# Drills', '', line(titles), line(head.map(() => '---')), ...rows.map(line)];
};
