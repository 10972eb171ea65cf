import { type CommandClass, knownClass, worst } from './command-class.ts';
import { operands } from './command-words.ts';
import { programRules } from './danger-table.ts';
import { byRule } from './program-rule.ts';

/** Arguments of git with which a verb loses commits, branches, or what was not committed. */
const losing: Readonly<Record<string, (words: readonly string[]) => boolean>> = {
  // A refspec without a source deletes; one with a plus overwrites.
  push: (words) =>
    words.some((word) => /^[:+]\S|^--(?:force\S*|mirror|prune|delete)$|^-[a-z]*[fd][a-z]*$/.test(word)),
  // What is not committed is lost: `checkout -- .`, `checkout .`, `checkout HEAD~1 file`.
  checkout: (words) =>
    words.some((word) =>
      /^(?:--|\.|-f|--force|--ours|--theirs|-p|-B|\S*\*\S*|\S*\.\w{1,5}|\S+\/)$/.test(word),
    ) || operands(words, ['-b', '-C', '-c']).length > 2,
  switch: (words) => words.some((word) => /^(?:-f|--force|--discard-changes|-C|--force-create)$/.test(word)),
  tag: (words) => words.some((word) => /^(?:-d|-f|--delete|--force)$/.test(word)),
  branch: (words) => words.some((word) => /^(?:-[a-zA-Z]*[dDMCf]\w*|--delete|--force)$/.test(word)),
  stash: (words) => words.some((word) => /^(?:drop|clear)$/.test(word)),
  worktree: (words) => words.some((word) => /^(?:remove|prune)$/.test(word)),
  submodule: (words) => words.some((word) => /^(?:deinit|foreach)$/.test(word)),
  // It may start a program at each commit.
  bisect: (words) => words.includes('run'),
};

/** Arguments of git with which a verb only lists. */
const listing: Readonly<Record<string, RegExp>> = {
  branch: /^(?:-[avr]+|-vv|--all|--list|--show-current|--remotes|--contains|--merged|--no-merged)$/,
  tag: /^(?:-l|--list|-n\d*)$/,
  config: /^(?:-l|--list|--get|--get-all|--show-origin|--global|--local|--system)$/,
  stash: /^(?:list|show)$/,
  bisect: /^(?:log|view)$/,
  worktree: /^list$/,
  submodule: /^(?:status|summary)$/,
};

export const gitClass = (words: readonly string[]): CommandClass => {
  const rule = programRules.git;
  if (rule === undefined) return knownClass('destructive');
  const [verb = ''] = operands(words, rule.valued);
  const rest = words.slice(words.indexOf(verb) + 1);
  const lists = Object.hasOwn(listing, verb) ? listing[verb] : undefined;
  // Options in front of the verb may start programs.
  if (lists !== undefined && words[0] === verb && rest.length > 0) {
    const isConfig = verb === 'config';
    const isRead = isConfig
      ? /^(?:-l|--list|--get|--get-all)$/.test(
          rest.find((word) => !/^--(?:global|local|system)$/.test(word)) ?? '',
        )
      : rest.every((word) => lists.test(word)) ||
        (/^(?:stash|bisect|submodule)$/.test(verb) &&
          lists.test(rest[0] ?? '') &&
          rest.every((word) => !word.startsWith('-')));
    if (isRead) return knownClass('read');
  }
  const isLosing = Object.hasOwn(losing, verb) && losing[verb]?.(rest) === true;
  return worst([byRule(rule, words), knownClass(isLosing ? 'destructive' : 'read')]);
};

/** kubectl and oc: a patch that takes finalizers away deletes what they protected. */
export const kubectlClass = (words: readonly string[]): CommandClass => {
  const rule = programRules.kubectl;
  if (rule === undefined) return knownClass('destructive');
  const [verb = '', second = ''] = operands(words, rule.valued);
  const base = byRule(rule, words);
  if (verb === 'patch' && words.some((word) => /finalizers/i.test(word)))
    return worst([base, knownClass('destructive')]);
  if (
    verb === 'set' &&
    second === 'env' &&
    words.includes('--list') &&
    !words.some((word) => /^\w+=/.test(word))
  )
    return knownClass('read');
  // Alone it shows the versions.
  if (verb === 'adm' && second === 'upgrade' && words.length === 2) return knownClass('read');
  return base;
};
