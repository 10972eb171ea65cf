/**
 * Replaces `docker` for `compose -f FILE… -p PROJECT` with `up -d [--no-deps] [SERVICE]`, `up -d --no-recreate --scale SERVICE=N
 * SERVICE`, `down` and `config --hash '*'`. `up`
 * recreates the containers of a service one after another with the variables in the files, and skips containers that already have
 * them. Its Compose files are JSON, which is
 * valid YAML. DOCKER_HOST is the daemon of the simulator.
 */
export const composeProgramSource = (node: string): string => `#!${node}
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const args = process.argv.slice(process.argv[2] === 'compose' ? 3 : 2);
const files = [];
let project = '';
let scale;
const rest = [];
for (let index = 0; index < args.length; index += 1) {
  if (args[index] === '-f') files.push(args[(index += 1)]);
  else if (args[index] === '-p') project = args[(index += 1)];
  else if (args[index] === '--scale') scale = args[(index += 1)];
  else rest.push(args[index]);
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

if (!['up', 'down', 'config'].includes(verb))
  fail('the simulator supports only: up -d [--scale SERVICE=N] [SERVICE], down, config --hash', 16);
const parsed = files.map((file) => JSON.parse(readFileSync(file, 'utf8')).services ?? {});
const services = [...new Set(parsed.flatMap((one) => Object.keys(one)))];
const wantedOf = (name) =>
  Object.entries(Object.assign({}, ...parsed.map((one) => one[name]?.environment ?? {}))).map(([key, value]) => \`\${key}=\${value}\`);
const containersOf = (name) => {
  const labels = ['com.docker.compose.project=' + project, 'com.docker.compose.service=' + name];
  return ask('GET', '/containers/json?all=1&filters=' + encodeURIComponent(JSON.stringify({ label: labels })));
};
const start = async (name, image, wanted) => {
  const made = await ask('POST', '/containers/create?name=' + encodeURIComponent(name), { Image: image, Env: wanted });
  await ask('POST', \`/containers/\${made.Id}/start\`);
  say(name, 'Started');
};

const up = async (name) => {
  const wanted = wantedOf(name);
  const found = await containersOf(name);
  if (found.length === 0) await start(\`\${project}-\${name}-1\`, name, wanted);
  for (const { Id, Names } of found) {
    const own = Names[0].slice(1);
    const { Config, State } = await ask('GET', \`/containers/\${Id}/json\`);
    if (State.Running && (Config.Env ?? []).join('\\n') === wanted.join('\\n')) {
      say(own, 'Running');
      continue;
    }
    say(own, 'Recreate');
    await ask('DELETE', \`/containers/\${Id}?force=1\`);
    await start(own, Config.Image, wanted);
  }
};

const scaleTo = async (name, wanted) => {
  const numberOf = ({ Names }) => Number(Names[0].split('-').at(-1));
  const found = (await containersOf(name)).sort((a, b) => numberOf(a) - numberOf(b));
  for (const { Id, Names, State } of found.slice(0, wanted)) {
    if (State !== 'running') await ask('POST', \`/containers/\${Id}/start\`);
    say(Names[0].slice(1), 'Running');
  }
  for (const { Id, Names } of found.slice(wanted).reverse()) {
    await ask('POST', \`/containers/\${Id}/stop\`);
    await ask('DELETE', \`/containers/\${Id}\`);
    say(Names[0].slice(1), 'Removed');
  }
  for (let number = found.length + 1; number <= wanted; number += 1)
    await start(\`\${project}-\${name}-\${number}\`, name, wantedOf(name));
};

const down = async (name) => {
  for (const { Id, Names } of await containersOf(name)) {
    await ask('DELETE', \`/containers/\${Id}?force=1\`);
    say(Names[0].slice(1), 'Removed');
  }
};

if (verb === 'config') {
  for (const name of services) console.log(\`\${name} \${createHash('sha256').update(wantedOf(name).join('\\n')).digest('hex')}\`);
} else if (service === undefined) for (const name of services) await (verb === 'up' ? up : down)(name);
else if (!services.includes(service)) fail(\`no such service: \${service}\`, 1);
else if (scale === undefined) await up(service);
else await scaleTo(service, Number(scale.split('=')[1]));
`;
