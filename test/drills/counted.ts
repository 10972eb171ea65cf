import type { Level } from '../../src/domain/facts/level.ts';
import type { Commands } from '../../src/store/commands.ts';
import { features } from '../../src/ui/app/features.ts';
import { collectFindings, type FindingRow } from '../../src/ui/features/findings/findings.ts';
import { nowPane } from '../../src/ui/features/now/pane.ts';
import { lineToText } from '../../src/ui/kit/text/line.ts';
import { followDisplaySettings } from '../../src/ui/kit/theme/display-settings.ts';
import { createUiStore } from '../../src/ui/shell/composition/ui-store.ts';
import { createKeyContextProvider } from '../../src/ui/shell/context/key-context.ts';
import type { RenderContext } from '../../src/ui/shell/contract/render-context.ts';
import { renderSummary } from '../../src/ui/shell/frame/summary.ts';
import { createPenProvider } from '../../src/ui/shell/pen/pen-provider.ts';
import { openHeadless } from '../suggestions/measure.ts';

/** Times after the start of an incident at which the screen is read. */
const momentsMs = [1000, 6000, 20_000, 60_000] as const;

type Counts = Readonly<Record<'CRIT' | 'WARN' | 'PENDING' | 'UNKNOWN', number>>;

/** State of the screen at one time. */
export interface CountedMoment {
  readonly afterMs: number;
  /** The row of the situation with the counts, below the header. */
  readonly header: string;
  /** The findings that Problems lists, folded or not. */
  readonly now: Counts;
  /** The number in the title of Problems, and that of its rows that are findings. */
  readonly title: number;
  /** The problems that the titles of all panes count, and those that Problems lists for them. */
  readonly panes: readonly [titles: number, listed: number];
  /** Cells of Threshold matrix that say OK without a present value. */
  readonly falseOk: readonly string[];
}

const words: Readonly<Record<Level, keyof Counts>> = {
  crit: 'CRIT',
  warn: 'WARN',
  unknown: 'UNKNOWN',
  ok: 'PENDING',
};

const none: Counts = { CRIT: 0, WARN: 0, PENDING: 0, UNKNOWN: 0 };

const glyphs: Readonly<Record<keyof Counts, string>> = { CRIT: '✗', WARN: '▲', PENDING: '▲', UNKNOWN: '?' };

/** The names of levels in a situation with a cause. */
const names: Readonly<Record<string, keyof Counts>> = {
  critical: 'CRIT',
  warning: 'WARN',
  pending: 'PENDING',
  unknown: 'UNKNOWN',
};

/** True: the row says just these numbers, with their words or, where the sentence needs the room, without, or as one number of all. */
export const saysCounts = (header: string, counts: Counts): boolean => {
  const all = /W (?:all )?(\d+) problems? *(?: J .*)?$/.exec(header)?.[1];
  if (all !== undefined) return Number(all) === Object.values(counts).reduce((sum, count) => sum + count, 0);
  const statement = /^\W*/.exec(header)?.[0].length ?? 0;
  const said = [...header.slice(statement).matchAll(/(?<= )([✗▲?]) (\d+)(?: ([A-Z]{2,}|[a-z]+)\b)?/g)];
  const there = (Object.keys(glyphs) as (keyof Counts)[]).filter((word) => counts[word] > 0);
  return (
    said.length === there.length &&
    there.every((word, index) => {
      const [, glyph, count, saidWord = word] = said[index] ?? [];
      return (
        glyph === glyphs[word] && Number(count) === counts[word] && (names[saidWord] ?? saidWord) === word
      );
    })
  );
};

const listedFindings = (view: RenderContext): readonly FindingRow[] =>
  (nowPane.everyRow(view) as readonly FindingRow[]).filter(({ is }) => is === 'finding' || is === 'blind');

const nowCounts = (view: RenderContext): Counts => {
  const counted = { ...none };
  for (const { level } of listedFindings(view)) counted[words[level]]++;
  return counted;
};

const paneCounts = (view: RenderContext): CountedMoment['panes'] => {
  const { found, blind } = collectFindings(view);
  const titles = features.panes
    .ofEnvironment()
    .map(
      (pane) =>
        pane.problemCount?.(view) ?? pane.problems(view).filter(({ row }) => row.level !== 'ok').length,
    );
  const hidden = blind.reduce((sum, { hiddenRows }) => sum + hiddenRows, 0);
  const listed = found.filter(({ finding }) => finding.row.level !== 'ok').length;
  return [titles.reduce((sum, count) => sum + count, 0), listed + hidden];
};

/** The cells of Threshold matrix in every environment that say OK, but show no value, or an old one. */
const cellsFalselyOk = (view: RenderContext): readonly string[] => {
  const matrix = features.panes.ofKind('samples');
  if (matrix === undefined) return [];
  const rows = matrix.everyRow(view);
  const { heads, cells } = matrix.table(view, rows);
  const own = heads.findIndex((head) => head.toLowerCase() === view.cockpit.open?.env);
  return rows.flatMap((row, index) => {
    const signal = row.subject?.kind === 'signal' ? row.subject.signal : undefined;
    const isPresent = signal?.value !== undefined && !signal.stale;
    return (cells[index] ?? []).flatMap((cell, column) => {
      const saysOk = /\bOK\b/.test(cell);
      const hasValue = /\bOK\s+\S/.test(cell);
      return saysOk && (!hasValue || (column === own && !isPresent)) ? [`${row.label}: ${cell}`] : [];
    });
  });
};

/** Reads the counts of an incident at several moments. */
export const countMoments = async (env: string, incident: string): Promise<readonly CountedMoment[]> => {
  await using opened = await openHeadless(env, incident);
  const { simulation, cockpit, shown } = opened;
  const { clock } = simulation;
  const model = createUiStore(features);
  const display = followDisplaySettings({ ascii: false, color: '256' }, () => cockpit.getState().settings);
  const context = createKeyContextProvider({
    features,
    cockpit,
    facts: () => shown.facts,
    across: () => shown.across,
    clock,
    commands: {} as Commands,
    model,
    pens: createPenProvider({ ascii: () => false }),
    size: { columns: 160, rows: 50 },
    canSuspend: false,
    onScreen: { of: (facts) => facts.getState(), now: () => clock.now() },
    theme: display.theme(undefined).theme,
    copy: () => {},
    suspend: () => {},
    lend: async () => undefined,
    quit: () => {},
  });
  const since = clock.now();
  const moments: CountedMoment[] = [];
  for (const afterMs of momentsMs) {
    await simulation.wait(since + afterMs - clock.now());
    const { view } = context();
    const { rows } = nowPane.query(view);
    moments.push({
      afterMs,
      header: lineToText(renderSummary(view).at(-1) ?? []),
      now: nowCounts(view),
      title: rows.reduce((sum, { standsFor = 1 }) => sum + standsFor, 0),
      panes: paneCounts(view),
      falseOk: cellsFalselyOk(view),
    });
  }
  return moments;
};
