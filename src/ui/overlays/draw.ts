import { durationText } from '../../domain/duration.ts';
import { dangerOf } from '../actions.ts';
import { type Card, dangerWord, field, heading, hints, innerWidth, labelled, wrap } from '../cards/card.ts';
import type { Hand } from '../keys/binding.ts';
import { windowOf } from '../parts/window.ts';
import { countText } from '../text/ages.ts';
import { type Line, spread } from '../text/run.ts';
import { helpCard } from './help-card.ts';
import { offeredRunbooks, whyNotRunbook } from './lists.ts';
import { paletteCard } from './palette-card.ts';

const environmentsCard = (hand: Hand, cursor: number, room: number): Card => {
  const { pen, cockpit } = hand.view;
  const seen = windowOf(cockpit.environments.length, room - 2, cursor);
  const lines = cockpit.environments.slice(seen.from, seen.to).map((one, index): Line => {
    const chosen = seen.from + index === cursor;
    const open = one.env === cockpit.open?.env && one.system === cockpit.open.system;
    const left = [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(`  ${`${one.system}/${one.env}`.padEnd(26)}`, chosen ? 'bold' : 'plain'),
      pen.run(one.title, 'faint'),
    ];
    return spread(
      left,
      [pen.run(open ? 'open  ' : ''), pen.run(` ${one.tier} `, `env.${one.tier}`)],
      innerWidth,
      'plain',
      pen.mark,
    );
  });
  return {
    edge: 'focus',
    lines: [
      heading(pen, [pen.run('ENVIRONMENTS', 'bold')], [pen.run(`${cockpit.environments.length}`)]),
      ...lines,
      hints(pen, 'enter open', 'esc close'),
    ],
  };
};

const fitWords = { yes: 'fits now', no: 'does not fit now', unknown: 'cannot tell', never: '' } as const;
const fitGlyphs = { yes: 'ok', no: 'off', unknown: 'unknown', never: 'off' } as const;
const fitRoles = { yes: 'ok', no: 'stale', unknown: 'unknown', never: 'stale' } as const;

const runbooksCard = (hand: Hand, cursor: number, room: number): Card => {
  const { pen } = hand.view;
  const offered = offeredRunbooks(hand);
  const seen = windowOf(offered.length, Math.max(1, room - 6), cursor);
  const idCells = Math.min(20, Math.max(0, ...offered.map(({ runbook }) => runbook.id.length)));
  const lines = offered.slice(seen.from, seen.to).flatMap((suggestion, index): readonly Line[] => {
    const { runbook, fits, why } = suggestion;
    const chosen = seen.from + index === cursor;
    const role = fitRoles[fits];
    const left = [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(' '),
      pen.glyph(fitGlyphs[fits], role),
      pen.run(` ${runbook.id.padEnd(idCells)} `, chosen ? 'bold' : 'plain'),
      pen.run(runbook.title, chosen ? 'plain' : 'faint'),
    ];
    const line = spread(
      left,
      [pen.run(` ${fitWords[fits]}`, role), pen.run(' '), ...dangerWord(pen, dangerOf(suggestion))],
      innerWidth,
      'plain',
      pen.mark,
    );
    const whyNot = chosen ? whyNotRunbook(hand, suggestion) : undefined;
    return [
      line,
      ...(chosen && why !== ''
        ? wrap(`${fits === 'unknown' ? 'cannot tell: ' : ''}${why}`, innerWidth - 4)
            .slice(0, 2)
            .map((text): Line => [pen.run(`    ${text}`, role)])
        : []),
      ...(whyNot === undefined
        ? []
        : [[pen.run('    '), pen.glyph('denied', 'down'), pen.run(` why not: ${whyNot}`, 'down')]]),
    ];
  });
  const none: readonly Line[] =
    offered.length === 0
      ? [[pen.glyph('empty', 'loading'), pen.run(' this profile has no runbooks', 'loading')]]
      : [];
  const fitting = offered.filter(({ fits }) => fits === 'yes').length;
  return {
    edge: 'focus',
    lines: [
      heading(pen, [pen.run('RUNBOOKS', 'bold')], [pen.run(`${fitting} of ${offered.length} fit now`)]),
      ...lines,
      ...none,
      hints(pen, 'enter start (a card comes first)', 'esc close'),
    ],
  };
};

const armCard = (hand: Hand, text: string): Card => {
  const { pen, cockpit } = hand.view;
  const env = cockpit.open?.env.toUpperCase() ?? '';
  const { forMs } = cockpit.arming;
  const lasts = forMs === undefined ? '' : ` for ${durationText(forMs)}`;
  return {
    edge: 'armed',
    lines: [
      heading(pen, [pen.run(`ARM ${env}`, 'bold'), pen.run(`  it can then be changed${lasts}`)]),
      labelled(pen, 'why', field(pen, text)),
      hints(pen, 'enter arm', 'esc stay read-only', 'the reason goes into the ledger'),
    ],
  };
};

const quitCard = (hand: Hand): Card => {
  const { pen, cockpit, now } = hand.view;
  const { run } = cockpit;
  const since = countText(now - (run?.events[0]?.at ?? now));
  return {
    edge: 'warn',
    lines: [
      heading(pen, [
        pen.run('QUIT', 'bold'),
        pen.run(`  ${run?.runbook.title ?? ''} has been running for ${since}`),
      ]),
      [pen.run('it is cancelled; what was sent stays sent and is in the ledger')],
      hints(pen, 'enter quit', 'esc stay'),
    ],
  };
};

/** The card of what a key put up, at most `room` lines high; undefined when nothing is up. */
export const overlayCard = (hand: Hand, room: number): Card | undefined => {
  const { overlay } = hand.view.ui;
  switch (overlay.is) {
    case 'none':
      return undefined;
    case 'help':
      return helpCard(hand, overlay, room);
    case 'palette':
      return paletteCard(hand, overlay, room);
    case 'environments':
      return environmentsCard(hand, overlay.cursor, room);
    case 'runbooks':
      return runbooksCard(hand, overlay.cursor, room);
    case 'arm':
      return armCard(hand, overlay.text);
    case 'quit':
      return quitCard(hand);
  }
};
