import { readFile } from 'node:fs/promises';
import { defined } from '../../../domain/base/defined.ts';

/** Settings of a host from ssh_config(5), by lower-case keyword; the first value wins. */
export const hostConfigOf = async (path: string, host: string): Promise<ReadonlyMap<string, string>> => {
  const settings = new Map<string, string>();
  let applies = true;
  for (const line of (await readFile(path, 'utf8')).split('\n')) {
    const [, keyword = '', value = ''] = /^\s*(\w+)[\s=]+(.*?)\s*$/.exec(line) ?? [];
    const key = keyword.toLowerCase();
    if (key === 'host') applies = value.split(/\s+/).some((name) => name === host || name === '*');
    else if (applies && key !== '' && !settings.has(key)) settings.set(key, value);
  }
  return settings;
};

/** Parsed command line. */
export interface SshArguments {
  readonly options: ReadonlyMap<string, string>;
  readonly config?: string;
  readonly forward?: string;
  readonly destination: string;
  readonly command: string;
}

const withValue = new Set(['-o', '-F', '-W']);

/** The arguments of ssh(1) that opsdeck uses. */
export const parseSshArguments = (args: readonly string[]): SshArguments => {
  const options = new Map<string, string>();
  const flags = new Map<string, string>();
  let index = 0;
  for (; index < args.length && args[index] !== '--'; index += 1) {
    const flag = args[index] ?? '';
    if (!withValue.has(flag)) continue;
    index += 1;
    const value = args[index] ?? '';
    const [key = '', option = ''] = value.split('=', 2);
    if (flag === '-o') options.set(key.toLowerCase(), option);
    else flags.set(flag, value);
  }
  const [destination = '', ...rest] = args.slice(index + 1);
  const config = flags.get('-F');
  const forward = flags.get('-W');
  return {
    options,
    destination,
    command: rest.join(' '),
    ...defined({ config, forward }),
  };
};
