import { digestOf } from '../../model/hosts/disk.ts';
import { failed, said, type Tool, told, unknownHere } from './ran.ts';

/** The programs that a build leaves. */
const builtOf = (path: string): string | undefined =>
  /^target\/release\/(riptide-(?:api|cli))$/.exec(path)?.[1];

/** `scp … -- FILE HOST:DIRECTORY/`: what is copied into bin/ of a host runs from its next start on. */
export const scp: Tool = (started, { view, checkout }) => {
  const [file = '', to = '', ...rest] = started.args.slice(started.args.indexOf('--') + 1);
  const [, host = '', dir = ''] = /^(?:[^@:]+@)?([^:]+):(.+?)\/?$/.exec(to) ?? [];
  if (!started.args.includes('--') || rest.length > 0 || dir === '') return unknownHere(started);
  const name = builtOf(file);
  if (name === undefined) return failed(255, `scp: stat local "${file}": No such file or directory\n`);
  const env = view.model.see(view.env, view.clock.now());
  const machine = env.parts.hosts?.machine(host);
  if (machine === undefined)
    return failed(
      255,
      `ssh: Could not resolve hostname ${host}: Name or service not known\nscp: Connection closed\n`,
    );
  const { site } = machine;
  if (dir !== `${site.dir}/bin`) return failed(1, `scp: dest open "${dir}/": No such file or directory\n`);
  if (name === 'riptide-api') site.disk.fill(site.dir, { version: checkout.spec.version }, env.now);
  return told('');
};

/** `sha256sum -- FILE` of what was built. */
export const sha256sum: Tool = ({ args }, { checkout }) => {
  const path = args.at(-1) ?? '';
  const name = builtOf(path);
  return name === undefined
    ? failed(1, `sha256sum: ${path}: No such file or directory\n`)
    : said(`${digestOf(`bin/${name}`, { version: checkout.spec.version })}  ${path}\n`);
};
