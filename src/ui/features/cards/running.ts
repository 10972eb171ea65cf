import type { Millis } from '../../../domain/fault.ts';
import type { RunView } from '../../../store/run-types.ts';
import { countText } from '../../text/ages.ts';
import type { Line } from '../../text/run.ts';
import { glyphs } from '../../theme/glyphs.ts';
import type { View } from '../../view.ts';
import { type Card, dangerWord, edgeOf, hints, titled } from './card.ts';
import { comingLines, doneLines } from './done.ts';
import { loginLines } from './login.ts';
import { beganAt, eventOf, outputLines } from './progress.ts';
import { proofLines } from './proofs.ts';
import { cardStateOf } from './question.ts';

const barCells = 5;
const outputShown = 3;

/** How much of the time is left, as a bar that shrinks; nothing where nothing may move. The seconds are told anyway. */
const countdown = ({ pen, cockpit }: View, left: Millis, total: Millis): Line => {
  if (cockpit.settings.motion === 'reduced') return [];
  const full = total === 0 ? 0 : Math.min(barCells, Math.ceil((left / total) * barCells));
  return [
    pen.run('  '),
    pen.run(glyphs.full[0].repeat(full) + glyphs.rest[0].repeat(barCells - full), 'warn'),
  ];
};

/** The seconds in which anything stops it, before the first call. */
export const windowCard = (view: View, run: RunView): Card => {
  const { pen, now } = view;
  const endsAt = eventOf(run, 'window')?.endsAt ?? now;
  const left = Math.max(0, endsAt - now);
  const total = run.proposal?.gate.windowMs ?? left;
  return {
    edge: edgeOf(run.proposal?.danger),
    lines: [
      [
        pen.run(`SENDING IN ${Math.ceil(left / 1000)}s`, 'bold'),
        ...countdown(view, left, total),
        pen.run('  nothing has been sent · any key cancels'),
      ],
    ],
  };
};

/** What a run that goes on may be told. */
const answerWords = ({ ticking, login }: RunView, sent: boolean): readonly string[] => {
  if (login !== undefined)
    return [
      ...(login.argv === undefined ? [] : ['l log in']),
      ...['enter try again', 'n not renewed', 'ctrl-c cancel'],
    ];
  if (ticking === undefined)
    return [sent ? 'ctrl-c stop waiting (what was sent stays sent)' : 'ctrl-c cancel'];
  return ticking.ask === true
    ? ['enter go on', 'n stop here']
    : ['enter done', 'n not done', 'ctrl-c cancel'];
};

/** What has been done so far, what is being done, and the proofs as they turn. */
export const runningCard = (view: View, run: RunView): Card => {
  const { pen, now } = view;
  const began = beganAt(run) ?? now;
  const danger = run.proposal?.danger;
  const head = titled(view, [pen.run('RUNNING', 'bold')], run.proposal?.title ?? run.runbook.title, [
    ...dangerWord(pen, danger),
    pen.run(`  ${countText(now - began)}`),
  ]);
  const sent = run.events.some((event) => event.event === 'acted');
  const keys = [...answerWords(run, sent), 'esc to background'];
  return {
    edge: edgeOf(danger),
    head: head.length,
    scroll: cardStateOf(view, run).scroll,
    lines: [
      ...head,
      ...doneLines(view, run),
      ...comingLines(view, run),
      ...proofLines(view, run),
      ...outputLines(view, run, outputShown),
      ...(run.login === undefined ? [] : loginLines(view, run.login)),
      hints(pen, ...keys),
    ],
  };
};
