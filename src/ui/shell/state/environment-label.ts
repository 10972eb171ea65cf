import type { Tier } from '../../../domain/profile/profile.ts';
import { isProduction } from '../../../runs/policy/tiers.ts';
import type { StyledLine, StyledRun } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../contract/render-context.ts';

const tierOfColor: Readonly<Record<string, Tier>> = {
  red: 'production',
  yellow: 'staging',
  amber: 'staging',
  orange: 'staging',
  blue: 'dev',
  grey: 'local',
  gray: 'local',
};

/** The tier that determines the color. A profile can choose another color, but not for production. */
const colorTier = ({ cockpit: { open } }: RenderContext): Tier => {
  if (open === undefined) return 'local';
  const wantedPart = isProduction(open.tier) ? undefined : tierOfColor[open.color ?? ''];
  return wantedPart ?? open.tier;
};

/** The role of the environment's name. */
export const environmentRole = (view: RenderContext): TextRole => `env.${colorTier(view)}`;

/** Matches names that already say production: 'prod', 'production-eu'; not 'pre-production'. */
const saysProduction = /^prod(uction)?\b/i;

/**
 * The label of the environment: 'PRODUCTION', without color '[PRODUCTION]', or '' if none is open. Production environments
 * always start with the word, so truncation cannot remove it: 'PRODUCTION EU-1'.
 */
export const environmentLabel = ({ cockpit: { open } }: RenderContext, mono: boolean): string => {
  if (open === undefined) return '';
  const needsPrefix = isProduction(open.tier) && !saysProduction.test(open.env);
  const name = `${needsPrefix ? 'production ' : ''}${open.env}`.toUpperCase();
  return mono ? `[${name}]` : name;
};

/** The environments that panes with a column for each of them show, in the order of the profile. */
export const columnEnvironments = ({ cockpit: { open } }: RenderContext): readonly string[] => {
  if (open === undefined) return [];
  return open.across.includes(open.env) ? open.across : [...open.across, open.env];
};

/** The head of an environment's column. Production is in capitals, to avoid confusion. */
export const environmentHeading = (view: RenderContext, env: string): string => {
  const { environments, open } = view.cockpit;
  const environment = environments.find(
    (candidate) => candidate.env === env && candidate.system === open?.system,
  );
  return environment !== undefined && isProduction(environment.tier) ? env.toUpperCase() : env;
};

/** The screen edges that show the environment color: production left and right, staging left, others none. */
const edges: Readonly<Record<Tier, { readonly left: boolean; readonly right: boolean }>> = {
  production: { left: true, right: true },
  staging: { left: true, right: false },
  dev: { left: false, right: false },
  local: { left: false, right: false },
};

/** Splits a run after its first character (`at` 1) or before its last (`at` -1), if that is one cell wide. */
const cutAt = ({ text, role }: StyledRun, position: 1 | -1): readonly [StyledRun, StyledRun] | undefined => {
  // A character outside the Basic Multilingual Plane is two code units.
  const part = position === 1 ? [...text.slice(0, 2)][0] : [...text.slice(-2)].at(-1);
  if (part === undefined || widthOf(part) !== 1) return undefined;
  const cut = position === 1 ? part.length : text.length - part.length;
  return [
    { text: text.slice(0, cut), role },
    { text: text.slice(cut), role },
  ];
};

/**
 * Draws the first and last cell of a body row on the environment color. The characters remain, so the edge takes no room.
 * A double-width character is left unchanged.
 */
export const withEnvironmentEdges = (view: RenderContext, line: StyledLine): StyledLine => {
  const tier = colorTier(view);
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

/** Like `withEnvironmentEdges`, for rules: the colored cells are blank, so that the edge is a solid bar. */
export const withSolidEdges = (view: RenderContext, line: StyledLine): StyledLine =>
  withEnvironmentEdges(view, line).map((run) => (run.role.startsWith('edge.') ? { ...run, text: ' ' } : run));
