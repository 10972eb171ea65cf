import { type Command, InvalidArgumentError, Option } from 'commander';
import { defined } from '../../domain/base/defined.ts';
import { findTheme, type ThemeName, themeNames } from '../../domain/profile/settings.ts';
import { splitCommandLine } from '../../domain/text/shell-words.ts';
import { type DisplayOptions, displayOptionsOf } from './display-options.ts';

/** The flags that select systems for `here`. */
export interface DiscoveryFlags {
  /** A context of the kubeconfig, instead of the current one. */
  readonly kubeContext?: string;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  /** A context of the Docker CLI, instead of the current one. */
  readonly dockerContext?: string;
  /** SSH destinations. */
  readonly host?: readonly string[];
  /** Addresses of Prometheus servers, on any host. */
  readonly prometheus?: readonly string[];
}

/** Options that are accepted before and after every sub-command. */
export interface GlobalOptions extends DisplayOptions {
  readonly env?: string;
  /** The only directory to search for profiles. */
  readonly profiles?: string;
  readonly stateDir?: string;
  /** Overrides of the profile's `vars`. */
  readonly sets: Readonly<Record<string, string>>;
  /** The theme of the cockpit, instead of that of config.yaml. */
  readonly theme?: ThemeName;
  readonly share: boolean;
  /** The program for notifications, as argv, instead of that of config.yaml. */
  readonly notify?: readonly string[];
  readonly debug: boolean;
  /** The trace file, written line by line. */
  readonly trace?: string;
  /** Flags of commands that open `here`. Absent: none was given. */
  readonly discovery?: DiscoveryFlags;
  /** Set in a drill: everything runs against the simulator of the profile's system, with this incident (or none). */
  readonly rehearse?: {
    readonly incident?: string;
    /** The incident is not named until the end. */
    readonly blind?: true;
    /** The seed that chose it. */
    readonly seed?: number;
    /** Opens the score card at the end by itself. */
    readonly opensCard?: true;
  };
}

/** Collects `name=value` pairs; the last value of a name wins. */
const collectPairs = (
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> => {
  const split = text.indexOf('=');
  if (split < 1) throw new InvalidArgumentError('Expected name=value.');
  return { ...before, [text.slice(0, split)]: text.slice(split + 1) };
};

/** Collects `name=value` pairs; a repeated name keeps all of its values in order. */
export const collectLists = (
  text: string,
  before: Readonly<Record<string, readonly string[]>> | undefined,
): Readonly<Record<string, readonly string[]>> => {
  const [[name = '', value = ''] = []] = Object.entries(collectPairs(text, undefined));
  const had = before !== undefined && Object.hasOwn(before, name) ? (before[name] ?? []) : [];
  return { ...before, [name]: [...had, value] };
};

/** Collects the values of a repeatable option. */
export const collectTexts = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  text,
];

/** Parses a program and its arguments. Only quotes have a meaning. */
const parseProgram = (text: string): readonly string[] => {
  const words = splitCommandLine(text);
  if (words === undefined || words.length === 0)
    throw new InvalidArgumentError('Expected a program and arguments, with balanced quotes.');
  return words;
};

/** Parses a theme name. */
const parseTheme = (text: string): ThemeName => {
  const theme = findTheme(text);
  if (theme === undefined) throw new InvalidArgumentError(`Valid themes: ${themeNames.join(', ')}.`);
  return theme;
};

const options = (): readonly Option[] => [
  new Option(
    '--env <env>',
    'which environment to use, as ENV or SYSTEM/ENV. SYSTEM/* lists all clusters of a system',
  ),
  new Option('--profiles <dir>', 'search for profiles only in this directory'),
  new Option('--state-dir <dir>', 'directory in which opsdeck keeps the ledger and the debug log'),
  new Option(
    '--set <var=value>',
    'override a variable of the profile. Repeat the flag for each variable',
  ).argParser(collectPairs),
  new Option(
    '--rehearse [incident]',
    "use the simulator of the profile's system instead of the real one, to practice an incident",
  ),
  new Option('--no-color', 'use no colors, like the environment variable NO_COLOR'),
  new Option('--ascii', 'use ASCII glyphs only'),
  new Option('--theme <name>', 'use this theme in the cockpit, instead of the one in config.yaml').argParser(
    parseTheme,
  ),
  new Option('--share', 'show aliases instead of hosts, names and addresses, to share the screen'),
  new Option('--notify <program>', 'run this program for each notification, with JSON on stdin').argParser(
    parseProgram,
  ),
  new Option('--debug', 'write the debug log opsdeck.log to the state directory'),
  new Option('--trace <file>', 'write a trace of every call as JSON lines to this file, without secrets'),
];

/** Declares the global options; commander accepts them before and after a sub-command. */
export const addGlobalOptions = (program: Command): void => {
  for (const option of options()) program.addOption(option);
};

interface Raw {
  readonly env?: string;
  readonly profiles?: string;
  readonly stateDir?: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly color: boolean;
  readonly ascii?: boolean;
  readonly theme?: ThemeName;
  readonly share?: boolean;
  readonly notify?: readonly string[];
  readonly debug?: boolean;
  readonly trace?: string;
  readonly rehearse?: string | true;
}

const drillOf = (raw: Raw): Pick<GlobalOptions, 'rehearse'> => {
  if (raw.rehearse === undefined) return {};
  return { rehearse: raw.rehearse === true || raw.rehearse === '' ? {} : { incident: raw.rehearse } };
};

/** Returns the parsed global options. */
export const globalOptionsOf = (
  program: Command,
  env: Readonly<Record<string, string | undefined>>,
): GlobalOptions => {
  const raw = program.opts<Raw>();
  return {
    ...defined({ env: raw.env, profiles: raw.profiles, stateDir: raw.stateDir }),
    sets: raw.set ?? {},
    ...displayOptionsOf(env, { color: raw.color, ascii: raw.ascii === true }),
    ...defined({ theme: raw.theme }),
    share: raw.share === true,
    ...defined({ notify: raw.notify }),
    debug: raw.debug === true,
    ...defined({ trace: raw.trace }),
    ...drillOf(raw),
  };
};
