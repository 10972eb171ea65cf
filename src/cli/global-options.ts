import { type Command, InvalidArgumentError, Option } from 'commander';

/** What may stand before or after every sub-command. */
export interface GlobalOptions {
  readonly env?: string;
  /** Replaces the search for profiles. */
  readonly profiles?: string;
  readonly stateDir?: string;
  /** `vars` overridden by `--set`. */
  readonly sets: Readonly<Record<string, string>>;
  readonly color: boolean;
  readonly ascii: boolean;
  readonly share: boolean;
  readonly debug: boolean;
  /** Where what happens is written, line by line. */
  readonly trace?: string;
  /** Set: everything runs against an embedded world of the profile's system, with this incident (or none). */
  readonly rehearse?: { readonly incident?: string };
}

/** `name=value`, repeatable; later ones win. */
const collectPairs = (
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> => {
  const split = text.indexOf('=');
  if (split < 1) throw new InvalidArgumentError('It is written name=value.');
  return { ...before, [text.slice(0, split)]: text.slice(split + 1) };
};

/** The same where a name may come again: each of its values in their order. */
export const collectLists = (
  text: string,
  before: Readonly<Record<string, readonly string[]>> | undefined,
): Readonly<Record<string, readonly string[]>> => {
  const [[name = '', value = ''] = []] = Object.entries(collectPairs(text, undefined));
  return { ...before, [name]: [...(before?.[name] ?? []), value] };
};

/** An option that may be given several times. */
export const collectTexts = (text: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  text,
];

const options = (): readonly Option[] => [
  new Option('--env <env>', 'the environment: ENV or SYSTEM/ENV'),
  new Option('--profiles <dir>', 'look for profiles in this directory only'),
  new Option('--state-dir <dir>', 'where the ledger and the log are kept'),
  new Option('--set <var=value>', "override one of the profile's vars (repeatable)").argParser(collectPairs),
  new Option('--rehearse [incident]', "run against an embedded world of the profile's system"),
  new Option('--no-color', 'no colours (also: NO_COLOR in the environment)'),
  new Option('--ascii', 'ASCII glyphs only'),
  new Option('--share', 'aliases in place of hosts, names and addresses'),
  new Option('--debug', 'write opsdeck.log in the state directory'),
  new Option('--trace <file>', 'write what happens to this file, as JSON lines without secrets'),
];

/** Declares the global options on the program; commander then takes them before and after a sub-command. */
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
  readonly share?: boolean;
  readonly debug?: boolean;
  readonly trace?: string;
  readonly rehearse?: string | true;
}

const rehearsalOf = (raw: Raw): Pick<GlobalOptions, 'rehearse'> => {
  if (raw.rehearse === undefined) return {};
  return { rehearse: raw.rehearse === true || raw.rehearse === '' ? {} : { incident: raw.rehearse } };
};

/** The global options as given. `noColor` is the environment's NO_COLOR: any text but '' means no colours. */
export const globalOptionsOf = (program: Command, noColor: string | undefined): GlobalOptions => {
  const raw = program.opts<Raw>();
  return {
    ...(raw.env === undefined ? {} : { env: raw.env }),
    ...(raw.profiles === undefined ? {} : { profiles: raw.profiles }),
    ...(raw.stateDir === undefined ? {} : { stateDir: raw.stateDir }),
    sets: raw.set ?? {},
    color: raw.color && (noColor ?? '') === '',
    ascii: raw.ascii === true,
    share: raw.share === true,
    debug: raw.debug === true,
    ...(raw.trace === undefined ? {} : { trace: raw.trace }),
    ...rehearsalOf(raw),
  };
};
