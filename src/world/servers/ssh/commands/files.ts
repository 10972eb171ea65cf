import { bad, type Command, good, type Scene } from './command.ts';

/** df(1), POSIX form: one file system holds everything. */
export const df: Command = (args) => {
  const paths = args.filter((arg) => arg.startsWith('/'));
  const unit = args.includes('-B1') ? 1 : 1024;
  const [size, used] = [41_612_886_016 / unit, 17_433_260_032 / unit];
  const line = `/dev/vda1 ${size} ${used} ${size - used} 42% /\n`;
  const header = `Filesystem     ${unit === 1 ? '1-blocks' : '1024-blocks'} Used Available Capacity Mounted on\n`;
  return good(header + (paths.length === 0 ? line : paths.map(() => line).join('')));
};

const matches = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`).test(name);

/** find(1) of log files: `DIR -maxdepth 1 -name PATTERN`. */
export const find: Command = (args, { machine }) => {
  const { log } = machine.spec;
  const at = log.lastIndexOf('/');
  const dir = args.find((arg) => arg.startsWith('/'))?.replace(/\/$/, '') ?? '';
  const pattern = args[args.indexOf('-name') + 1] ?? '*';
  if (dir !== log.slice(0, at)) return bad(1, `find: '${dir}': No such file or directory`);
  return good(matches(pattern, log.slice(at + 1)) ? `${log}\n` : '');
};

/** A line of the service's log as it stands in its file. */
export const fileLine = (
  { at, text }: { readonly at: number; readonly text: string },
  scene: Pick<Scene, 'toClock'>,
): string => `${new Date(scene.toClock(at)).toISOString().replace('Z', '000Z')} ${text}\n`;

/** test(1): -r of a file. */
export const test: Command = ([flag, path], { machine }) => ({
  ...good(''),
  status: (flag === '-r' || flag === '-e') && path === machine.spec.log ? 0 : 1,
});
