/**
 * Replaces `docker` for `compose -f FILE… -p PROJECT up -d --no-deps SERVICE`. It recreates the containers of a service one after
 * another with the variables in the files, and skips containers that already have them. Its Compose files are JSON, which is
 * valid YAML. DOCKER_HOST is the daemon of the simulator.
 */
export const composeProgramSource = (node: string): string => `#!${node}
import { readFileSync } from 'node:fs';

const args = process.argv.slice(process.argv[2] === 'compose' ? 3 : 2);
const files = [];
let project = '';
const rest = [];
for (let at = 0; at < args.length; at += 1) {
  if (args[at] === '-f') files.push(args[(at += 1)]);
  else if (args[at] === '-p') project = args[(at += 1)];
  else rest.push(args[at]);
}
const [verb, ...flags] = rest;
const service = flags.find((flag) => !flag.startsWith('-'));

const fail = (words, status) => {
  console.error(words);
  process.exit(status);
};
const say = (container, words) => console.error(\` Container \${container}  \${words}\`);

const base = (process.env.DOCKER_HOST ?? '').replace(/^tcp:/, 'http:');
const ask = async (method, path, body) => {
  const answer = await fetch(base + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const page = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) fail(page.message ?? String(answer.status), 1);
  return page;
};

if (verb !== 'up' || flags.some((flag) => flag === '--scale')) fail('the simulator supports only: up -d --no-deps SERVICE', 16);
const parts = files.map((file) => JSON.parse(readFileSync(file, 'utf8')).services?.[service]);
if (service === undefined || parts.every((part) => part === undefined)) fail(\`no such service: \${service}\`, 1);
const env = Object.assign({}, ...parts.map((part) => part?.environment ?? {}));
const wanted = Object.entries(env).map(([name, value]) => \`\${name}=\${value}\`);

const labels = ['com.docker.compose.project=' + project, 'com.docker.compose.service=' + service];
const found = await ask('GET', '/containers/json?all=1&filters=' + encodeURIComponent(JSON.stringify({ label: labels })));
for (const { Id, Names } of found) {
  const name = Names[0].slice(1);
  const { Config, State } = await ask('GET', \`/containers/\${Id}/json\`);
  if (State.Running && (Config.Env ?? []).join('\\n') === wanted.join('\\n')) {
    say(name, 'Running');
    continue;
  }
  say(name, 'Recreate');
  await ask('DELETE', \`/containers/\${Id}?force=1\`);
  const made = await ask('POST', '/containers/create?name=' + encodeURIComponent(name), { Image: Config.Image, Env: wanted });
  await ask('POST', \`/containers/\${made.Id}/start\`);
  say(name, 'Started');
}
`;
