import { commitsOf } from '../../model/checkout/commits.ts';
import { failed, type Ran, said, type Tool } from './ran.ts';

/** `git`, as far as it tells where a checkout stands. */
export const git: Tool = ({ args }, { checkout }): Ran => {
  const commits = commitsOf(checkout.spec);
  const [head] = commits;
  const line = args.join(' ');
  const count = /^log --oneline -(\d+)$/.exec(line)?.[1];
  if (count !== undefined)
    return said(
      commits
        .slice(0, Number(count))
        .map(({ sha, subject }) => `${sha} ${subject}\n`)
        .join(''),
    );
  const answers: Readonly<Record<string, Ran>> = {
    'describe --tags --always': said(`v${checkout.spec.version}\n`),
    'diff --stat main..HEAD': said(
      ' crates/riptide-api/src/routes/events.rs | 14 ++++++++------\n 1 file changed, 8 insertions(+), 6 deletions(-)\n',
    ),
    'diff --stat -- Cargo.lock': said(
      checkout.spec.dependencies.every(({ name, locked }) => checkout.locked.get(name) === locked)
        ? ''
        : ' Cargo.lock | 4 ++--\n 1 file changed, 2 insertions(+), 2 deletions(-)\n',
    ),
    'rev-parse --short HEAD': said(`${head?.sha ?? ''}\n`),
    'status --porcelain': said(''),
    'secrets --scan': said(''),
  };
  const [verb = ''] = args;
  return answers[line] ?? failed(1, `git: '${verb}' is not a git command. See 'git --help'.\n`);
};
