import type { Danger } from '../domain/runbooks/operation.ts';
import { isDanger, moreDangerous, operationDanger } from '../runs/policy/danger.ts';
import type { SourceModule } from '../sources/kit/contract/source.ts';
import { effectiveWords } from './classify.ts';
import { programName } from './command-words.ts';
import type { FoundCommand } from './commands.ts';
import { type DraftedSource, draftSources, type OperationUse } from './drafted-operation.ts';
import { innerWords, isInteractive, knownOperation, sqlOperation } from './known-operations.ts';
import { hasMetaCommand } from './query-danger.ts';
import { hasSecretMark } from './secrets.ts';

/** A command as an operation of a source. */
export interface DraftedCall {
  readonly source: DraftedSource;
  readonly name: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly danger: Danger;
  /** The source declares no danger of its own, so the step must. */
  readonly needsDanger: boolean;
  /** It reads a feed, which only a diagnosis can do. */
  readonly isFeed: boolean;
  /** Programs behind a pipe that only shorten the output: the operation shows all of it. */
  readonly dropped: string;
}

/** Programs that only shorten or format what they read. */
const filters = /^(?:jq|yq|grep|egrep|fgrep|head|tail|sort|uniq|wc|cut|column|less|more|cat|tr|awk)$/;

/** The one command of a statement and the filters behind it; undefined when it does more. */
const pipeline = (
  command: FoundCommand,
): { readonly words: readonly string[]; readonly dropped: string } | undefined => {
  const { statement } = command;
  if (
    statement === undefined ||
    statement.isBroken ||
    statement.isCompound ||
    statement.substitutions.length > 0
  )
    return undefined;
  const [first, ...rest] = statement.commands;
  if (first === undefined || first.assignments.length > 0) return undefined;
  if (
    !rest.every(
      (simpleCommand) =>
        simpleCommand.isPiped &&
        filters.test(simpleCommand.words[0]?.value ?? '') &&
        simpleCommand.redirects.length === 0,
    )
  )
    return undefined;
  const isQuiet = first.redirects.every(
    ({ operator, target }) =>
      (operator === '>&' && /^\d$/.test(target.value)) ||
      (operator.includes('>') && target.value === '/dev/null'),
  );
  if (!isQuiet || !first.words.every(({ isLiteral }) => isLiteral)) return undefined;
  const words = effectiveWords(first);
  if (words === undefined) return undefined;
  return {
    words,
    dropped: rest.map(({ words }) => words.map(({ value }) => value).join(' ')).join(' | '),
  };
};

const onHosts = (words: readonly string[], command: FoundCommand): OperationUse | undefined => {
  const isScript = /^\.{0,2}\//.test(words[0] ?? '') && !words[0]?.startsWith('/');
  // A relative path depends on a directory that the document does not say.
  if (isScript || isInteractive(words) || /^(?:cd|export|set|source|alias)$/.test(words[0] ?? ''))
    return undefined;
  // The whole command, with what starts it: `sudo -u`, `timeout`.
  const argv = command.statement?.commands[0]?.words.map(({ value }) => value) ?? words;
  return { source: draftSources.hosts, name: 'exec', with: { argv } };
};

/** Secrets may stand in a header or a body, and never in the arguments of a program. */
const leaksSecret = ({ source, with: params }: OperationUse): boolean =>
  hasSecretMark(JSON.stringify(source.type === 'http' ? params.path : params));

/** Programs whose own operations are all that is drafted of them: an `exec` on a host would say less. */
const ownPrograms = /^(?:kubectl|oc|k|helm|docker|docker-compose|psql|curl|gh)$/;

/** The operation of a statement of SQL; undefined for a command of psql, which a server does not understand. */
const sqlUse = (raw: string): OperationUse | undefined =>
  hasMetaCommand(raw) ? undefined : sqlOperation(raw, undefined);

/** The operation of a program. A changed environment, and arguments from elsewhere, would be lost. */
const programUse = (words: readonly string[], command: FoundCommand): OperationUse | undefined => {
  const starter = command.statement?.commands[0]?.words[0]?.value ?? '';
  if (/^(?:env|xargs|setsid|nohup)$/.test(programName(starter)) && programName(words[0] ?? '') !== starter)
    return undefined;
  const known = knownOperation(words);
  if (known !== undefined) return known;
  return innerWords(words) === undefined && !ownPrograms.test(words[0] ?? '')
    ? onHosts(words, command)
    : undefined;
};

/** A reading command as a feed of its source. */
const feedCall = (
  use: OperationUse,
  { feedNames }: SourceModule,
  tabled: Danger,
  dropped: string,
): DraftedCall | undefined =>
  feedNames.includes(use.name) && tabled === 'read'
    ? { ...use, danger: 'read', needsDanger: false, isFeed: true, dropped }
    : undefined;

/**
 * Drafts an operation for a command. Undefined when it needs a shell, a terminal, a placeholder's value, or an operation
 * that no source type has: it then stays a manual step. The source type itself checks the parameters.
 */
export const draftCall = (
  command: FoundCommand,
  modules: readonly SourceModule[],
): DraftedCall | undefined => {
  if (/<[\w][\w -]*>|\.\.\.|\{\{/.test(command.raw)) return undefined;
  const isSql = command.language === 'sql';
  const piped = command.language === 'shell' ? pipeline(command) : undefined;
  if (!isSql && piped === undefined) return undefined;
  const use = isSql ? sqlUse(command.raw) : programUse(piped?.words ?? [], command);
  if (use === undefined || leaksSecret(use)) return undefined;
  const module = modules.find(({ type }) => type === use.source.type);
  if (module === undefined) return undefined;
  const dropped = piped?.dropped ?? '';
  const operation = Object.hasOwn(module.operations, use.name) ? module.operations[use.name] : undefined;
  const { danger: tabled } = command.class;
  const isBareFeed = Object.keys(use.with).length === 0 && module.feedNames.includes(use.name);
  if (operation === undefined || isBareFeed) return feedCall(use, module, tabled, dropped);
  if (!operation.params.safeParse(use.with).success) return undefined;
  const own = operationDanger(operation, use.with);
  // An operation that only reads cannot be all of a command that changes something.
  if (own === 'read' && tabled !== 'read') return undefined;
  const danger = isDanger(own) ? moreDangerous(own, tabled) : tabled;
  return { ...use, danger, needsDanger: !isDanger(own), isFeed: false, dropped };
};
