import type { Tier } from '../../domain/profile.ts';
import { isProduction } from '../../runs/policy/tiers.ts';
import { actStartedAt } from '../features/cards/run-text.ts';
import { isRunActive } from '../features/runbooks/actions.ts';
import { boundKey } from '../keys/bound-keys.ts';
import type { RenderContext } from '../render-context.ts';
import { liveContext } from '../render-context.ts';
import { formatElapsed } from '../text/format.ts';
import type { StyledLine, StyledRun } from '../text/line.ts';
import { widthOf } from '../text/width.ts';
import type { TextRole } from '../theme/roles.ts';

/** A word about all of the screen that nobody may overlook: EMBEDDED. */
interface StatusMark {
  readonly text: string;
  /** Absent: drawn as the environment's name is. */
  readonly role?: TextRole;
  /** It stands in the last row as well, beside the environment's name. */
  readonly below?: boolean;
}

/** From so many columns on a run has its name in the header. */
const roomy = 120;

/** ' RUN close-breaker 0:42, R ': a run whose card was put away goes on, and the key that shows it. */
const going = (view: RenderContext): readonly StatusMark[] => {
  const { cockpit, now } = liveContext(view);
  const { run } = cockpit;
  if (run?.background !== true || !isRunActive(cockpit)) return [];
  const name = view.columns >= roomy ? ` ${view.pen.cut(run.runbook.id, 24)}` : '';
  const since = formatElapsed(now - (actStartedAt(run) ?? now));
  const waits = run.awaitingStep === undefined ? '' : ' needs input';
  const key = boundKey(cockpit, 'runbook.card', 'R');
  return [{ text: ` RUN${name} ${since}${waits}, ${key} `, role: 'armed' }];
};

/** What is to be known of everything on this screen, besides its environment. One line for each. */
export const statusMarks = (view: RenderContext): readonly StatusMark[] => {
  const { cockpit, ui, past } = view;
  return [
    ...going(view),
    ...(past === undefined ? [] : [{ text: ' PAST ', role: 'past', below: true } as const]),
    ...(ui.shared ? [{ text: ' SHARED ', role: 'shared', below: true } as const] : []),
    ...(cockpit.open?.embedded === true ? [{ text: 'EMBEDDED' }] : []),
  ];
};

const tierOfColor: Readonly<Record<string, Tier>> = {
  red: 'production',
  yellow: 'staging',
  amber: 'staging',
  orange: 'staging',
  blue: 'dev',
  grey: 'local',
  gray: 'local',
};

/** The tier whose colour is shown: the profile's, except that nothing takes the red off production. */
const lookOf = ({ cockpit: { open } }: RenderContext): Tier => {
  if (open === undefined) return 'local';
  const wanted = isProduction(open.tier) ? undefined : tierOfColor[open.color ?? ''];
  return wanted ?? open.tier;
};

/** How the environment's name is drawn. */
export const environmentRole = (view: RenderContext): TextRole => `env.${lookOf(view)}`;

/** 'prod' and 'production-eu' say it themselves; 'pre-production' says something else. */
const saysProduction = /^prod(uction)?\b/i;

/**
 * 'PRODUCTION'; without colour '[PRODUCTION]'; empty while nothing is open. Whatever a production environment is called,
 * the word is in front, where no cut takes it away: 'PRODUCTION EU-1'.
 */
export const environmentLabel = ({ cockpit: { open } }: RenderContext, mono: boolean): string => {
  if (open === undefined) return '';
  const unsaid = isProduction(open.tier) && !saysProduction.test(open.env);
  const name = `${unsaid ? 'production ' : ''}${open.env}`.toUpperCase();
  return mono ? `[${name}]` : name;
};

/** The head of an environment's column: production in capitals, so that it is not taken for another. */
export const environmentHeading = (view: RenderContext, env: string): string => {
  const { environments, open } = view.cockpit;
  const found = environments.find((one) => one.env === env && one.system === open?.system);
  return found !== undefined && isProduction(found.tier) ? env.toUpperCase() : env;
};

/** A longer name than this would leave the keys beside it too little room. */
const widestWord = 24;

/** The environment's word, and what else is to be known of all the screen, for the end of the last row. */
export const statusCorner = (view: RenderContext, mono: boolean): StyledLine => {
  const role = environmentRole(view);
  const word = view.pen.cut(environmentLabel(view, mono), widestWord);
  if (word === '') return [];
  const marks = statusMarks(view).filter((mark) => mark.below === true);
  return [
    ...marks.flatMap((mark) => [view.pen.run(' ', role), view.pen.run(mark.text, mark.role ?? role)]),
    view.pen.run(` ${word} `, role),
  ];
};

/** The sides that are edged: production all round, staging at the left. Dev and local have their word alone. */
const edges: Readonly<Record<Tier, { readonly left: boolean; readonly right: boolean }>> = {
  production: { left: true, right: true },
  staging: { left: true, right: false },
  dev: { left: false, right: false },
  local: { left: false, right: false },
};

/** A run cut behind its first character (`at` 1) or before its last (`at` -1), where that is one cell wide. */
const cutAt = ({ text, role }: StyledRun, at: 1 | -1): readonly [StyledRun, StyledRun] | undefined => {
  // A character beyond the basic plane is two code units at the end of the text, too.
  const one = at === 1 ? [...text.slice(0, 2)][0] : [...text.slice(-2)].at(-1);
  if (one === undefined || widthOf(one) !== 1) return undefined;
  const cut = at === 1 ? one.length : text.length - one.length;
  return [
    { text: text.slice(0, cut), role },
    { text: text.slice(cut), role },
  ];
};

/**
 * A row of the body with its first and last cell on the environment's colour. What stands in them stays, so that the
 * frame takes no room; a character of two cells is left as it is.
 */
export const withEnvironmentEdges = (view: RenderContext, line: StyledLine): StyledLine => {
  const tier = lookOf(view);
  const { left, right } = edges[tier];
  if (view.cockpit.open === undefined || (!left && !right)) return line;
  const role: TextRole = `edge.${tier}`;
  const runs = line.filter((run) => run.text !== '');
  const [first] = runs;
  const head = left && first !== undefined ? cutAt(first, 1) : undefined;
  const begun: StyledLine = head === undefined ? runs : [{ ...head[0], role }, head[1], ...runs.slice(1)];
  const last = begun.at(-1);
  const tail = right && last !== undefined ? cutAt(last, -1) : undefined;
  return tail === undefined ? begun : [...begun.slice(0, -1), tail[0], { ...tail[1], role }];
};
