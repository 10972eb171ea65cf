/** What a unit is started with, as far as systemd itself knows: not what stands in its files. */
export interface UnitEnvironment {
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  readonly files: readonly string[];
}

export const showEnvironment = (unit: string): readonly string[] => [
  'systemctl',
  'show',
  '--property=Environment,EnvironmentFiles',
  '--',
  unit,
];

/** A word of `Environment=`: plain, or in double quotes with backslashes where it holds blanks. */
const word = /"((?:[^"\\]|\\.)*)"|(\S+)/g;

const lineOf = (out: string, key: string): readonly string[] =>
  out.split('\n').flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));

/** `systemctl show --property=Environment,EnvironmentFiles`: 'RUST_LOG=info "MOTTO=a b"', '/etc/api.env (ignore_errors=no)'. */
export const environmentIn = (out: string): UnitEnvironment => ({
  variables: lineOf(out, 'Environment').flatMap((line) =>
    [...line.matchAll(word)].flatMap(([, quoted, plain]) => {
      const text = (quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '').split('=');
      const [name = '', ...rest] = text;
      return name === '' ? [] : [{ name, value: rest.join('=') }];
    }),
  ),
  files: lineOf(out, 'EnvironmentFiles').flatMap((line) => {
    const file = line.replace(/ \(ignore_errors=\w+\)$/, '').trim();
    return file === '' ? [] : [file];
  }),
});
