import type { Checkout } from '../../model/checkout/checkout.ts';
import { commitsOf, headOf } from '../../model/checkout/checkout.ts';
import { type Tool, type ToolResult, toolFailed, toolOk } from './tool.ts';

/** `git describe --exact-match`: a release has a tag, a later commit does not. */
const exactly = (tag: string, { spec, committed }: Checkout): ToolResult => {
  if (committed === 0 && tag === `v${spec.version}`) return toolOk(`${tag}\n`);
  return toolFailed(128, `fatal: no tag exactly matches '${spec.commits.length}f2c1'\n`);
};

/** `git diff --exit-code`: 1 if a tracked file has uncommitted changes. */
const uncommittedIn = ({ trouble }: Checkout): ToolResult =>
  trouble.uncommitted === undefined
    ? toolOk('')
    : toolFailed(1, '', ` ${trouble.uncommitted} | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n`);

/** git-secrets: 1 if it finds a secret, with its line. */
const secretsIn = ({ trouble }: Checkout): ToolResult =>
  trouble.secretIn === undefined
    ? toolOk('')
    : toolFailed(
        1,
        `${trouble.secretIn}:API_KEY = "****"\n\n[ERROR] Matched one or more prohibited patterns\n`,
      );

/** `git notes`: adds a paragraph to the note of HEAD, or prints it. */
const noted = (ref: string, more: string | undefined, { notes }: Checkout): ToolResult => {
  const known = notes.get(ref);
  if (more !== undefined) {
    notes.set(ref, known === undefined ? `${more}\n` : `${known}\n${more}\n`);
    return toolOk('');
  }
  return known === undefined ? toolFailed(1, 'error: no note found for object HEAD.\n') : toolOk(known);
};

/** `git`, for the state of a checkout. */
export const git: Tool = ({ args }, { checkout }): ToolResult => {
  const commits = commitsOf(checkout.spec);
  const [head] = commits;
  const line = args.join(' ');
  const count = /^log --oneline -(\d+)$/.exec(line)?.[1];
  if (count !== undefined)
    return toolOk(
      commits
        .slice(0, Number(count))
        .map(({ sha, subject }) => `${sha} ${subject}\n`)
        .join(''),
    );
  const [, notes, action] = /^notes --ref=(\S+) (append|show)/.exec(line) ?? [];
  if (notes !== undefined) return noted(notes, action === 'append' ? (args[4] ?? '') : undefined, checkout);
  const tag = /^describe --tags --exact-match --match (\S+) HEAD$/.exec(line)?.[1];
  if (tag !== undefined) return exactly(tag, checkout);
  const answers: Readonly<Record<string, ToolResult>> = {
    'rev-parse HEAD': toolOk(`${headOf(checkout)}\n`),
    'diff --exit-code --stat HEAD --': uncommittedIn(checkout),
    'describe --tags --always': toolOk(`v${checkout.spec.version}\n`),
    'diff --stat main..HEAD': toolOk(
      ' crates/riptide-api/src/routes/events.rs | 14 ++++++++------\n 1 file changed, 8 insertions(+), 6 deletions(-)\n',
    ),
    'diff --stat -- Cargo.lock': toolOk(
      checkout.spec.dependencies.every(({ name, locked }) => checkout.locked.get(name) === locked)
        ? ''
        : ' Cargo.lock | 4 ++--\n 1 file changed, 2 insertions(+), 2 deletions(-)\n',
    ),
    'rev-parse --short HEAD': toolOk(`${head?.sha ?? ''}\n`),
    'status --porcelain': toolOk(''),
    'secrets --scan': secretsIn(checkout),
  };
  const [verb = ''] = args;
  return answers[line] ?? toolFailed(1, `git: '${verb}' is not a git command. See 'git --help'.\n`);
};
