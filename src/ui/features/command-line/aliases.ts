/** A shorter word for a command, or for the beginning of one. */
export type Aliases = Readonly<Record<string, string>>;

/** What hands do by themselves that come from k9s and vi, where it means something here. */
export const builtInAliases: Aliases = {
  po: 'pods',
  pod: 'pods',
  svc: 'health',
  al: 'alerts',
  br: 'breakers',
  cg: 'lag',
  ov: 'overview',
  ns: 'env',
  ctx: 'env',
  rb: 'runbooks',
  h: 'help',
  q: 'quit',
  'q!': 'quit!',
  qa: 'quit',
  wq: 'quit',
};

/** An alias may mean another one; one that means itself ends here. */
const deepest = 4;

/** The command with its first word written out; one's own aliases come before the built-in ones. */
export const writtenOut = (text: string, own: Aliases = {}): string => {
  const all: Aliases = { ...builtInAliases, ...own };
  let command = text.trimStart();
  for (let depth = 0; depth < deepest; depth++) {
    const [word = ''] = command.split(' ', 1);
    const meaning = Object.hasOwn(all, word) ? all[word] : undefined;
    if (meaning === undefined || meaning === word) break;
    command = meaning + command.slice(word.length);
  }
  return command;
};
