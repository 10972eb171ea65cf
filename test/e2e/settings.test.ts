import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { openShell, type ShellTerminal } from './pty.ts';

/** Copies the demo profiles into the home directory, where they can be edited. */
const copyProfiles = ({ home }: ShellTerminal) => {
  const config = join(home, 'config', 'opsdeck');
  const profiles = join(config, 'profiles', 'demo');
  mkdirSync(profiles, { recursive: true });
  for (const name of readdirSync(resolve('profiles/demo')))
    copyFileSync(resolve('profiles/demo', name), join(profiles, name));
  return { settings: join(config, 'config.yaml'), profile: join(profiles, 'production.yaml') };
};

test('an open cockpit applies edits of config.yaml and of the profile', { timeout: 120_000 }, async () => {
  await using shell = await openShell(process.execPath, { columns: 140, rows: 36 });
  const { settings, profile } = copyProfiles(shell);
  writeFileSync(settings, 'theme: drak\n');
  shell.type(
    'clear; "$NODE" "$OPSDECK" --env demo/production --profiles "$XDG_CONFIG_HOME/opsdeck/profiles"; echo "status "$?',
  );
  await shell.sees(
    /config\.yaml:1:8: theme "drak" is not a valid value. Did you mean "dark"\? · opsdeck uses the default of this setting/,
  );
  await shell.sees(/3 Circuit breakers/);

  writeFileSync(settings, 'keys: { quit: f10 }\n');
  await shell.sees('f10 quit');
  writeFileSync(settings, 'keys: { quit: off }\n');
  await shell.sees(
    /config\.yaml:1:9: keys quit: this command must have a key. Set at least one · opsdeck keeps the previous settings/,
  );
  await shell.sees('f10 quit');

  shell.pty.press('3z');
  await shell.sees(/3 Circuit breakers +\d+ +worst first/);
  const text = readFileSync(profile, 'utf8');
  writeFileSync(profile, text.replace(/^title: .*$/m, 'title: Edited'));
  await shell.sees(/demo +Edited/);
  await shell.sees(/3 Circuit breakers +\d+ +worst first/);
  writeFileSync(profile, `${text}sgnals: []\n`);
  await shell.sees(
    /production\.yaml:\d+:1: unknown key "sgnals". Did you mean "signals"\? · keeping the previous version/,
  );
  await shell.sees(/demo +Edited/);

  shell.pty.press('\u001b[21~');
  await shell.sees('status 0');
  expect(readFileSync(settings, 'utf8')).toContain('quit: off');
});
