import type { Command, Option } from 'commander';
import { findProfiles } from '../../profile/catalog/profile-catalog.ts';
import type { Invocation, SubCommand } from '../opening/command-invocation.ts';
import { searchDirs } from '../opening/profile-dirs.ts';

/** The words of the command line, as declared. */
interface Words {
  readonly commands: readonly { readonly name: string; readonly does: string; readonly flags: Flags }[];
  readonly global: Flags;
}
type Flags = readonly { readonly flag: string; readonly does: string; readonly takes: boolean }[];

const flagsOf = (options: readonly Option[]): Flags =>
  options.flatMap((option) =>
    option.long === undefined || option.long === null
      ? []
      : [{ flag: option.long, does: option.description, takes: option.required }],
  );

const wordsOf = (program: Command): Words => ({
  commands: program.commands.map((command) => ({
    name: command.name(),
    does: command.description(),
    flags: flagsOf(command.options),
  })),
  global: flagsOf(program.options),
});

const names = (flags: Flags): string => flags.map(({ flag }) => flag).join(' ');
/** A text inside single quotes of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const environments = 'opsdeck completion environments 2>/dev/null';

/** Options whose value is the next word: so that it is not taken for the sub-command. */
const takers = ({ commands, global }: Words): string =>
  [...new Set([global, ...commands.map(({ flags }) => flags)].flat())]
    .filter(({ takes }) => takes)
    .map(({ flag }) => flag)
    .join('|');

const bash = (words: Words): string => `# bash completion of opsdeck: source <(opsdeck completion bash)
# Adds names of files, quoted: the shell would expand a name with $(…) that is inserted as it is.
_opsdeck_files() {
  local name quoted
  while IFS= read -r name; do
    printf -v quoted %q "$name"
    COMPREPLY+=("$quoted")
  done < <(compgen "$@")
}
_opsdeck() {
  local cur prev word command= skip= i
  cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case $prev in
    --env) COMPREPLY=($(compgen -W "$(${environments})" -- "$cur")); return ;;
    --profiles|--state-dir) _opsdeck_files -d -- "$cur"; return ;;
    --trace) _opsdeck_files -f -- "$cur"; return ;;
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ -n "$skip" ]; then skip=; continue; fi
    case $word in
      ${takers(words)}) skip=1 ;;
      -*) ;;
      *) [ -z "$command" ] && command=$word ;;
    esac
  done
  local words="${names(words.global)}"
  case $command in
    '') words="$words ${words.commands.map(({ name }) => name).join(' ')}" ;;
${words.commands.map(({ name, flags }) => `    ${name}) words="$words ${names(flags)}" ;;`).join('\n')}
  esac
  if [ "$command" = audit ]; then words="$words show verify export"; fi
  if [ "$command" = approvals ]; then words="$words list show approve refuse"; fi
  if [ "$command" = completion ]; then words="bash zsh fish"; fi
  if [ "$command" = validate ] || [ "$command" = upgrade-profile ]; then _opsdeck_files -f -- "$cur"; fi
  COMPREPLY+=($(compgen -W "$words" -- "$cur"))
}
complete -F _opsdeck opsdeck
`;

const zshFlags = (flags: Flags): string =>
  flags
    .map(({ flag, does, takes }) => {
      const value = flag === '--env' ? ':environment:_opsdeck_environments' : takes ? ':value:_files' : '';
      return `      ${quoted(`*${flag}[${does.replace(/[[\]:]/g, '')}]${value}`)} \\`;
    })
    .join('\n');

const zsh = (words: Words): string => `#compdef opsdeck
# zsh completion of opsdeck: source <(opsdeck completion zsh)
_opsdeck_environments() {
  local -a found; found=(\${(f)"$(${environments})"})
  compadd -a found
}
_opsdeck() {
  local curcontext=$curcontext state line
  local -a commands
  commands=(
${words.commands.map(({ name, does }) => `    ${quoted(`${name}:${does.replaceAll(':', '')}`)}`).join('\n')}
  )
  local command=\${words[(r)(${words.commands.map(({ name }) => name).join('|')})]}
  case $command in
${words.commands
  .map(
    ({ name, flags }) => `    ${name}) _arguments -S \\
${zshFlags([...flags, ...words.global])}
      '*: :_files' ;;`,
  )
  .join('\n')}
    *) _arguments -S \\
${zshFlags(words.global)}
      '*: :{_describe command commands}' ;;
  esac
}
compdef _opsdeck opsdeck
`;

const fishFlag = ({ flag, does, takes }: Flags[number], condition: string): string => {
  const value =
    flag === '--env'
      ? ` -xa ${quoted(`(${environments})`)}`
      : takes
        ? flag === '--trace'
          ? ' -rF'
          : ' -r'
        : '';
  return `complete -c opsdeck${condition} -l ${flag.slice(2)} -d ${quoted(does)}${value}`;
};

const fish = (words: Words): string =>
  `${[
    '# fish completion of opsdeck: opsdeck completion fish | source',
    'complete -c opsdeck -f',
    ...words.commands.map(
      ({ name, does }) => `complete -c opsdeck -n __fish_use_subcommand -a ${name} -d ${quoted(does)}`,
    ),
    ...words.global.map((flag) => fishFlag(flag, '')),
    ...words.commands.flatMap(({ name, flags }) =>
      flags.map((flag) => fishFlag(flag, ` -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`)),
    ),
    "complete -c opsdeck -n '__fish_seen_subcommand_from audit' -a 'show verify export'",
    "complete -c opsdeck -n '__fish_seen_subcommand_from approvals' -a 'list show approve refuse'",
    "complete -c opsdeck -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'",
    "complete -c opsdeck -n '__fish_seen_subcommand_from validate upgrade-profile' -F",
  ].join('\n')}\n`;

const scripts: Readonly<Record<string, (words: Words) => string>> = { bash, zsh, fish };

/** Names of every environment that can be found, bare where that is enough; what the scripts ask for. */
const listEnvironments = async ({ context, output }: Invocation<object>): Promise<void> => {
  const { entries } = await findProfiles(await searchDirs(context), context.files);
  const trusted = entries.filter(({ untrusted }) => untrusted !== true);
  const names = new Set(trusted.flatMap(({ system, env }) => [env, `${system}/${env}`]));
  // bash expands what compgen -W is given, `$(…)` in a name too.
  for (const name of [...names].filter((text) => /^[\w./@+-]+$/.test(text)).sort()) output.line(name);
};

/** `opsdeck completion SHELL`: the script for that shell, from the command line as it is declared. */
export const completion: SubCommand<object> = async (call) => {
  const script = scripts[call.args[0] ?? ''];
  if (script === undefined) await listEnvironments(call);
  else call.output.raw(script(wordsOf(call.program)));
  return 0;
};
