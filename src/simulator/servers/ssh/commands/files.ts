import { bad, type Command, good } from './command.ts';
import { toolOf } from './tools.ts';
import { findOnDisk, isThere } from './trees.ts';

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

/** find(1) of log files: `DIR -maxdepth 1 -name PATTERN [-o -name PATTERN]… [-exec stat -c FORMAT {} +]`. */
export const find: Command = (args, scene) => {
  const onDisk = findOnDisk(args, scene);
  if (onDisk !== undefined) return onDisk;
  const { log } = scene.machine.spec;
  const at = log.lastIndexOf('/');
  const dir = args.find((arg) => arg.startsWith('/'))?.replace(/\/$/, '') ?? '';
  const patterns = args.flatMap((arg, index) => (args[index - 1] === '-name' ? [arg] : []));
  if (dir !== log.slice(0, at)) return bad(1, `find: '${dir}': No such file or directory`);
  const found = scene.machine.log.files
    .map(({ ending }) => `${log}${ending}`)
    .filter(
      (path) => patterns.length === 0 || patterns.some((pattern) => matches(pattern, path.slice(at + 1))),
    );
  const run = args.indexOf('-exec');
  if (run === -1) return good(found.map((path) => `${path}\n`).join(''));
  const argv = args.slice(run + 1).flatMap((arg) => (arg === '{}' ? found : arg === '+' ? [] : [arg]));
  return toolOf(argv, scene) ?? bad(1, `find: '${argv[0] ?? ''}': No such file or directory`);
};

/** test(1): of the log, and of what is deployed or kept. */
export const test: Command = (args, scene) => {
  const [flag, path] = args;
  const isLog = (flag === '-r' || flag === '-e') && path === scene.machine.spec.log;
  return { ...good(''), status: isLog || isThere(args, scene) ? 0 : 1 };
};
