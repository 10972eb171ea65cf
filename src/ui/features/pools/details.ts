import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { formatCount, formatPercent } from '../../../domain/text/format.ts';
import { isOverLimit, isSessionOf, type ServerUse } from '../../../kinds/pools/servers.ts';
import { utilOf } from '../../../kinds/pools/use.ts';
import type { DbSession } from '../../../kinds/sessions/fact.ts';
import { blockedText, isIdleInTransaction } from '../../../kinds/sessions/state.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { maxDefined } from '../../shell/panes/ranking.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { type PoolRow, poolServerUses } from './rows.ts';

/** Maximum sessions and connection holders to list. */
const maxSessions = 6;
const maxHolders = 8;

const longestFirst = (a: DbSession, b: DbSession): number =>
  (b.transactionMs ?? -1) - (a.transactionMs ?? -1) || (b.durationMs ?? -1) - (a.durationMs ?? -1);

/** The connection holders of a server by application: '46 reports · 46 active, longest transaction 11m'. */
const holderLines = (sessions: readonly DbSession[]): readonly string[] => {
  const groups = [...Map.groupBy(sessions, ({ application, user }) => application ?? user)];
  const lines = groups
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([name, all]) => {
      const busy = all.filter(({ state }) => state === 'active').length;
      const idleInTransaction = all.filter(isIdleInTransaction).length;
      const longest = maxDefined(all.map(({ transactionMs }) => transactionMs));
      const parts = [
        `${busy} active`,
        ...(idleInTransaction === 0 ? [] : [`${idleInTransaction} idle in transaction`]),
        ...(longest === undefined ? [] : [`longest transaction ${formatAge(longest)}`]),
      ];
      return `${String(all.length).padStart(4)} ${name === '' ? '(no name)' : name} · ${parts.join(', ')}`;
    });
  const more = lines.length - maxHolders;
  return more > 0 ? [...lines.slice(0, maxHolders), `     ${pluralize(more, 'more name')}`] : lines;
};

/** The sessions with the longest transactions (else queries): pid, state, duration, query. */
const longestLines = (sessions: readonly DbSession[]): readonly string[] =>
  sessions
    .filter(({ state }) => state !== 'idle')
    .toSorted(longestFirst)
    .slice(0, maxSessions)
    .map((session) => {
      const duration = session.transactionMs ?? session.durationMs;
      const waits = session.blockedBy.length === 0 ? '' : ` · ${blockedText(session.blockedBy)}`;
      return `${session.pid} ${session.state}${duration === undefined ? '' : ` ${formatAge(duration)}`}${waits} · ${session.query}`;
    });

const sessionsOf = ({ own }: RenderContext, source: string): readonly DbSession[] =>
  (own?.snapshot.kinds.sessions.rows ?? [])
    .map(({ fact }) => fact)
    .filter((dbSession) => dbSession.source === source);

const unplacedTexts = ({ unplaced, server }: ServerUse): readonly string[] =>
  unplaced.map(
    (pool) =>
      `opsdeck cannot tell which sessions on ${server.service} belong to ${pool.instance || pool.service}`,
  );

/** 'orders, billing may open 160 together, pg takes 97: 63 too many' */
const totalText = (use: ServerUse): string => {
  const { server, pools, max, unbounded } = use;
  const names = [...new Set(pools.map((pool) => pool.service))].join(', ');
  const over = isOverLimit(use) ? `: ${formatCount((max ?? 0) - (server.max ?? 0))} over the limit` : '';
  const open = unbounded === 0 ? '' : `, and ${unbounded} without a reported maximum`;
  return `${names}: at most ${formatCount(max)} connections in total, ${server.service} allows ${formatCount(server.max)}${over}${open}`;
};

const block = ({ pen }: RenderContext, title: string, texts: readonly string[]): readonly StyledLine[] =>
  texts.length === 0
    ? []
    : [[pen.run(`   ${title}`, 'faint')], ...texts.map((text): StyledLine => [pen.run(`     ${text}`)])];

const serverDetails = (view: RenderContext, use: ServerUse, opened: boolean): readonly StyledLine[] => {
  const { pen } = view;
  const role = isOverLimit(use) ? 'warn' : 'plain';
  const head: StyledLine = [pen.run(` ${use.server.service}`, 'bold'), pen.run(`  ${totalText(use)}`, role)];
  if (!opened) return [head];
  const each = use.pools.map(
    (pool) =>
      `${pool.instance || pool.service} · ${pool.name}  ${formatCount(pool.active)} active of ${formatCount(pool.max)}`,
  );
  return [
    head,
    ...block(view, 'sessions per pool', each),
    ...block(view, 'connection holders', holderLines(sessionsOf(view, use.server.source))),
    ...block(view, 'not counted', unplacedTexts(use)),
  ];
};

const groupDetails = (
  { pen, cockpit }: RenderContext,
  { name, members = [] }: PoolRow,
): readonly StyledLine[] => [
  [
    pen.run(` ${name}`, 'bold'),
    pen.run(
      `  ${members.map((row) => row.name).join(', ')} · ${boundKey(cockpit, 'column.left', 'h')} fold · ${boundKey(cockpit, 'column.right', 'l')} unfold`,
      'faint',
    ),
  ],
];

/** Renders the connection holders of a pool: for a server its sessions, for an application pool the matching sessions. */
const holderDetails = (view: RenderContext, { fact }: PoolRow): readonly StyledLine[] => {
  const own = poolServerUses(view).find(({ server }) => server === fact);
  if (own !== undefined)
    return [
      ...block(view, 'connection holders', holderLines(sessionsOf(view, fact.source))),
      ...block(view, 'longest', longestLines(sessionsOf(view, fact.source))),
      ...block(view, 'application pools', own.pools.length === 0 ? [] : [totalText(own)]),
      ...block(view, 'not counted', unplacedTexts(own)),
    ];
  const use = poolServerUses(view).find(({ pools }) => pools.includes(fact));
  if (use === undefined)
    return [
      [
        view.pen.run(
          '   no database session matches this pool, so opsdeck cannot say what holds the connections',
          'faint',
        ),
      ],
    ];
  const sessions = sessionsOf(view, use.server.source).filter((session) => isSessionOf(session, fact));
  const blocked = sessions.filter(({ blockedBy }) => blockedBy.length > 0).length;
  const many = sessions.length;
  const title = `on ${use.server.service}: ${many} sessions of ${fact.service}, ${blocked} blocked`;
  return [
    [view.pen.run(`   ${title}`, 'faint')],
    ...longestLines(sessions).map((text): StyledLine => [view.pen.run(`     ${text}`)]),
  ];
};

/** Renders the details of the selected pool; opened: with its connection holders. */
export const renderPoolDetails = (
  view: RenderContext,
  row: PoolRow,
  opened: boolean,
): readonly StyledLine[] => {
  const { pen, now } = view;
  const { fact, use } = row;
  if (row.members !== undefined) return groupDetails(view, row);
  if (use !== undefined) return serverDetails(view, use, opened);
  const share = utilOf(fact);
  const used =
    share === undefined ? 'the driver does not report a maximum' : `${formatPercent(100 * share, 0)} in use`;
  const noQueue =
    fact.taken === undefined
      ? 'the driver does not report a queue'
      : 'the server rejects connections when full';
  const waiting = fact.pending === undefined ? noQueue : `${formatCount(fact.pending)} waiting`;
  const head: StyledLine = [
    pen.run(` ${row.name}`, 'bold'),
    pen.run(`  ${used} · ${waiting} · ${fact.source}, ${formatAge(now - fact.at)} ago`, 'faint'),
  ];
  return opened ? [head, ...holderDetails(view, row)] : [head];
};
