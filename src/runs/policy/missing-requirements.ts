import { defined } from '../../domain/base/defined.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import type { MissingRequirement, ProfileEdit } from '../../domain/runs/proposal.ts';
import { type CheckRuling, listItem, type SettingEdit } from './ruling.ts';

/** The part of a profile that places its settings. */
export type PlacedSettings = Pick<Profile, 'settingPositions'>;

/** The settings that state a requirement, the most specific one first. */
const statedBy: Partial<Readonly<Record<MissingRequirement['what'], readonly string[]>>> = {
  freeze: ['guard.freeze'],
  quiet: ['guard.quiet'],
  rate: ['guard.rate'],
  blast: ['guard.blast'],
  role: ['authority'],
  action: ['guard.actions', 'tier'],
  approval: ['guard.approval', 'tier'],
  arm: ['guard.readOnly', 'tier'],
};

/** 'actions: [restart]', '{ id: lead }' for an item, 'guard: { actions: [restart] }'. */
const yamlOf = ([key = '', ...below]: readonly string[], value: string): string => {
  if (below.length > 0) return `${key}: { ${yamlOf(below, value)} }`;
  return key === listItem ? value : `${key}: ${value}`;
};

/**
 * Places a change of the profile: at the setting, in the nearest map that the profile has, or below the tier, which every profile
 * has. Undefined for a profile without positions.
 */
export const placedEdit = (
  { path, value }: SettingEdit,
  { settingPositions = {} }: PlacedSettings,
): ProfileEdit | undefined => {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const position = settingPositions[path.slice(0, depth).join('.')];
    if (position === undefined) continue;
    return depth === path.length
      ? { does: 'change', yaml: yamlOf(path.slice(-1), value), position }
      : { does: 'add', to: path.slice(0, depth).join('.'), yaml: yamlOf(path.slice(depth), value), position };
  }
  const { tier } = settingPositions;
  return tier === undefined ? undefined : { does: 'add', yaml: yamlOf(path, value), position: tier };
};

/** A requirement that no check states: an answer of the operator, or a review. The profile says where it comes from. */
export const missingAnswer = (
  what: MissingRequirement['what'],
  why: string,
  { settingPositions = {} }: PlacedSettings,
): MissingRequirement => {
  const place = statedBy[what]?.find((path) => settingPositions[path] !== undefined);
  return { what, why, ...defined({ position: place === undefined ? undefined : settingPositions[place] }) };
};

/** Whether a check is missing although it does not refuse the run by itself: an approval is asked for, and then waited for. */
const isWaitedFor = ({ does, check }: CheckRuling): boolean => does === 'asks' && check.what === 'approval';

/**
 * Everything that forbids a run, one entry per check, in their order. Empty where nothing does. What a run would wait for is
 * listed with the rest: it would otherwise come up only when the rest is done.
 */
export const missingRequirements = (
  rulings: readonly CheckRuling[],
  settings: PlacedSettings,
): readonly MissingRequirement[] => {
  if (!rulings.some(({ does }) => does === 'forbids')) return [];
  return rulings
    .filter((ruling) => ruling.does === 'forbids' || isWaitedFor(ruling))
    .map(({ check, edit }) => ({
      ...missingAnswer(check.what, check.why, settings),
      ...defined({
        remedy: check.remedy,
        edit: edit === undefined ? undefined : placedEdit(edit, settings),
      }),
    }));
};
