import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import { keyProblem } from '../../domain/key-name.ts';
import { isPluginEntry } from '../../domain/plugin.ts';
import { bellNames, colorNames, defaultSettings, themeNames } from '../../domain/settings.ts';

/** YAML 1.2 knows no `off`: it is a word like any other. */
const zSwitch = (example: string) =>
  z
    .union([z.enum(['on', 'off']), z.boolean()], { error: `neither on nor off; write ${example}` })
    .transform((value) => value === true || value === 'on');

const zTheme = z.preprocess(
  (value) => (value === 'color-blind' ? 'colour-blind' : value),
  z.enum(themeNames),
);

/** `16` and `256` are numbers in YAML. */
const zColor = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z.enum(colorNames),
);

const leastBellMs = 1000;

const zEvery = z.string({ error: 'no duration; write every: 30s' }).transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= leastBellMs) return ms;
  context.addIssue({
    code: 'custom',
    message:
      ms === undefined
        ? `"${text}" is no duration; write every: 30s`
        : `"${text}" is too short; write 1s or more`,
  });
  return z.NEVER;
});

const zBell = z.union([
  z.enum(bellNames).transform((how) => ({ how, everyMs: defaultSettings.bell.everyMs })),
  z
    .strictObject({ how: z.enum(bellNames), every: zEvery.optional() })
    .transform(({ how, every }) => ({ how, everyMs: every ?? defaultSettings.bell.everyMs })),
]);

/** One key, as opsdeck writes it. A digit may stand without quotes. */
const zKey = z
  .union([z.string(), z.int().min(0).max(9).transform(String)], {
    error: 'no name of a key; write it in quotes: "~"',
  })
  .superRefine((text, context) => {
    const problem = keyProblem(text);
    if (problem !== undefined)
      context.addIssue({ code: 'custom', message: `${problem.what}; ${problem.todo}` });
  });

/** One key, several, or `off`. */
export const zKeys = z.union([
  z.literal('off').transform((): readonly string[] => []),
  zKey.transform((key): readonly string[] => [key]),
  z.array(zKey).min(1),
]);

/** A word of the palette. */
export const zAlias = z.string().trim().min(1);

/** A plugin: the name of its package, or where it is. */
export const zPlugin = z.string().refine(isPluginEntry, {
  error: (issue) =>
    `"${String(issue.input)}" names no package; write its name, or a path that begins with ./ or ~/ or /`,
});

/** All of config.yaml: what may be written, and what it is taken for. */
export const settingsShape = {
  system: z.string().min(1).meta({ description: 'the system that a bare environment name means' }),
  history: zSwitch('history: off').meta({ description: "keep signals' values from one cockpit to the next" }),
  theme: zTheme.meta({
    description: 'colours; `auto` is `light` when the terminal says so in `COLORFGBG`, else `dark`',
  }),
  ascii: zSwitch('ascii: on').meta({ description: 'ASCII glyphs only, as `--ascii`' }),
  color: zColor.meta({
    description: 'how many colours; `--no-color`, `NO_COLOR` and `TERM=dumb` are stronger',
  }),
  mouse: zSwitch('mouse: off').meta({ description: 'clicks and the wheel; off leaves them to the terminal' }),
  motion: z.enum(['on', 'reduced']).meta({
    description:
      '`reduced`: nothing is drawn that moves by itself, as the bar of the cancel window; seconds go on counting',
  }),
  bell: zBell.meta({
    description: 'a new critical rings: BEL, a notice of the desktop (OSC 9), or both, and how often at most',
  }),
  keys: z
    .record(z.string(), zKeys)
    .meta({ description: 'keys of bindings by id: one, a list, or `off` ([keys.md](keys.md))' }),
  aliases: z
    .record(z.string(), zAlias)
    .meta({ description: 'words of the `:` palette, and the command line that each stands for' }),
  plugins: z.array(zPlugin).meta({
    description: 'plugins that are loaded when a command begins, by package name or path ([sdk.md](sdk.md))',
  }),
} as const;

export type SettingName = keyof typeof settingsShape;
