import type { Tier } from '../../../domain/profile/profile.ts';
import { isProduction } from '../../../runs/policy/tiers.ts';
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
