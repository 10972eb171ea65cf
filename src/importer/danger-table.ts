import type { Danger } from '../domain/runbooks/operation.ts';
import { each, type ProgramRule, verbs } from './danger-rules.ts';
import { hostPrograms } from './host-programs.ts';
import { serverPrograms } from './server-programs.ts';

const reading: ProgramRule = { other: 'read' };

const kubectl: ProgramRule = {
  verbs: {
    ...verbs(
      'read',
      'get, describe, logs, top, explain, version, cluster-info, api-resources, api-versions, diff, wait, events, whoami, projects, process, options',
    ),
    ...verbs(
      'read',
      'adm top, adm node-logs, adm inspect, adm release info, adm policy who-can, config get-clusters, config get-users, plugin list',
    ),
    ...verbs(
      'read',
      'rollout status, rollout history, auth can-i, auth whoami, config view, config get-contexts, config current-context',
    ),
    ...verbs(
      'safe',
      'uncordon, config use-context, config set-context, port-forward, project, login, adm must-gather, adm uncordon',
    ),
    ...verbs(
      'disruptive',
      'rollout restart, rollout undo, rollout pause, rollout resume, scale, autoscale, set image, set env, set resources',
    ),
    ...verbs(
      'disruptive',
      'apply, create, patch, label, annotate, cordon, drain, taint, expose, edit, cp, debug, evict, certificate approve, auth reconcile',
    ),
    ...verbs(
      'disruptive',
      'adm cordon, adm drain, adm taint, adm upgrade, adm certificate approve, rollout latest, rollout cancel, rollout retry, import-image, extract, adm policy',
    ),
    ...verbs('destructive', 'delete, replace, run, attach'),
  },
  harmless: ['--help'],
  preview: ['--dry-run=client', '--dry-run=server'],
  raise: { '--force': 'destructive', '--prune': 'destructive', '--output-directory': 'disruptive' },
  valued: [
    '-n',
    '--namespace',
    '--context',
    '--kubeconfig',
    '-l',
    '--selector',
    '-c',
    '--container',
    '-o',
    '--output',
    '-f',
    '--filename',
    '--cluster',
    '--user',
    '--tail',
    '--since',
    '-p',
    '--patch',
  ],
};

const docker: ProgramRule = {
  verbs: {
    ...verbs(
      'read',
      'ps, logs, inspect, stats, top, images, info, version, port, events, diff, history, search, ls, config ls, config inspect',
    ),
    ...verbs(
      'read',
      'container ls, container inspect, container logs, image ls, network ls, network inspect, volume ls, volume inspect, system df, service ls, service ps, service logs, service inspect, node ls, node ps, node inspect, stack ls, stack ps, stack services, context ls, context show, context inspect, secret ls, secret inspect, plugin ls, buildx ls',
    ),
    ...verbs('safe', 'start, pull, build, unpause, login'),
    ...verbs(
      'disruptive',
      'stop, restart, kill, pause, up, create, cp, rename, tag, push, update, commit, load, import, service update, service scale, service rollback, scale, network connect, network disconnect, node update, stack deploy, buildx prune, builder prune',
    ),
    ...verbs(
      'destructive',
      'rm, rmi, down, prune, run, swarm, system prune, volume rm, volume prune, network rm, container prune, image prune',
    ),
  },
  raise: { '--volumes': 'destructive' },
  valued: [
    '-f',
    '--file',
    '-p',
    '--project-name',
    '--context',
    '-H',
    '--host',
    '--env-file',
    '--profile',
    '--tail',
    '-n',
    '--since',
  ],
};

const systemctl: ProgramRule = {
  verbs: {
    ...verbs(
      'read',
      'status, is-active, is-enabled, is-failed, list-units, list-unit-files, list-timers, list-dependencies, show, cat, get-default',
    ),
    ...verbs('safe', 'daemon-reload, reset-failed, start'),
    ...verbs(
      'disruptive',
      'stop, restart, reload, try-restart, reload-or-restart, enable, disable, kill, set-property',
    ),
    ...verbs('destructive', 'mask, edit, reboot, poweroff, halt, isolate, rescue, emergency'),
  },
  alone: 'read',
};

const git: ProgramRule = {
  verbs: {
    ...verbs(
      'read',
      'status, log, diff, show, describe, blame, grep, ls-files, ls-remote, rev-parse, shortlog, reflog show, remote show, remote get-url, version, secrets',
    ),
    ...verbs('safe', 'fetch, clone, worktree, bisect'),
    ...verbs(
      'disruptive',
      'pull, checkout, switch, merge, commit, add, stash, revert, cherry-pick, push, tag, submodule, branch',
    ),
    ...verbs('destructive', 'reset, clean, rebase, gc, filter-branch'),
  },
  raise: {
    '--force': 'destructive',
    '-D': 'destructive',
    '--delete': 'destructive',
    '-c': 'destructive',
    '--output': 'disruptive',
    '-O': 'destructive',
    '--open-files-in-pager': 'destructive',
    '--upload-pack': 'destructive',
    '--install': 'destructive',
  },
  valued: ['-C', '-c'],
};

const build: ProgramRule = {
  verbs: {
    ...verbs('read', 'tree, metadata, list, ls, outdated, version, dependencies, why'),
    ...verbs(
      'safe',
      'build, check, test, bench, clippy, audit, deny, doc, fmt, bloat, compile, package, verify, lint, ci, tauri, vet',
    ),
    ...verbs('disruptive', 'clean, update, install, add, version *, audit fix'),
    ...verbs('destructive', 'run, publish, deploy, start, exec'),
  },
  valued: ['-p', '--package', '-C', '--prefix', '-f'],
};

/** Programs by name. A program that is not listed is destructive. */
export const programRules: Readonly<Record<string, ProgramRule>> = {
  ...each(
    reading,
    'base64 base32 mongostat mongotop ls cat head tail grep egrep fgrep zgrep zcat less more wc uniq cut tr column jq echo printf pwd cd whoami id uname uptime df du free top htop btop vmstat iostat iotop sar mpstat pidstat ps pgrep pstree pidof lsof netstat ss ping ping6 traceroute mtr dig nslookup host whois stat file which type test [ true false sleep diff cmp comm md5sum sha256sum sha1sum shasum basename dirname realpath readlink tree nproc lscpu lsblk last lastlog who w pg_isready jstat jps jstack tput seq nl tac strings fold expr bc numfmt man telnet cal clear stern for case select exit return break continue wait',
  ),
  ...serverPrograms,
  ...hostPrograms,
  ...each(kubectl, 'kubectl oc k'),
  ...each(docker, 'docker podman nerdctl'),
  ...each(
    {
      ...docker,
      verbs: { ...docker.verbs, config: 'read' },
      raise: {
        ...docker.raise,
        '-o': 'disruptive',
        '--output': 'disruptive',
        '--lock-image-digests': 'disruptive',
      },
    },
    'docker-compose podman-compose',
  ),
  ...each(systemctl, 'systemctl'),
  ...each(git, 'git'),
  ...each(build, 'cargo npm pnpm yarn mvn ./mvnw go make pip poetry uv dotnet'),
  ...each(
    { verbs: { ...verbs('safe', 'build, test, check, assemble'), ...verbs('read', 'tasks, dependencies') } },
    'gradle ./gradlew',
  ),
  ...each({ other: 'read', raise: { '-s': 'destructive', '--set': 'destructive' } }, 'date'),
  ...each({ other: 'safe', alone: 'read' }, 'kubectx kubens'),
  ...each({ other: 'destructive', harmless: ['version', 'info'] }, 'k9s'),
  ...each(
    {
      other: 'read',
      raise: {
        '-o': 'disruptive',
        '-i': 'disruptive',
        '-C': 'destructive',
        '--clear': 'destructive',
        '--pre': 'destructive',
      },
    },
    'sort yq dmesg rg',
  ),
  ...each(
    {
      other: 'read',
      raise: { '--vacuum-time': 'destructive', '--vacuum-size': 'destructive', '--rotate': 'disruptive' },
    },
    'journalctl',
  ),
  ...each(
    {
      other: 'read',
      raise: {
        '-delete': 'destructive',
        '-exec': 'destructive',
        '-execdir': 'destructive',
        '-ok': 'destructive',
        '-fprint': 'disruptive',
        '-fls': 'disruptive',
        '-fprintf': 'disruptive',
        '-okdir': 'destructive',
      },
    },
    'find',
  ),
  ...each(
    { other: 'read', raise: { '-i': 'disruptive', '--in-place': 'disruptive', '-f': 'destructive' } },
    'sed',
  ),
  ...each({ other: 'read', raise: { '-i': 'disruptive', '-f': 'destructive' } }, 'awk gawk mawk'),
  ...each(
    { other: 'safe' },
    'mkdir touch export set unset read local declare umask pg_dump pg_dumpall mysqldump mongodump ulimit',
  ),
  ...each(
    { other: 'disruptive' },
    'cp chmod chown chgrp ln tee gzip gunzip bzip2 xz zip unzip scp sftp mount umount logger jmap createdb valgrind perf strace mongoimport',
  ),
  ...each(
    { other: 'disruptive', raise: { '--delete': 'destructive', '--remove-source-files': 'destructive' } },
    'rsync',
  ),
  ...each(
    { other: 'destructive' },
    'rm mv dd mkfs fdisk parted shred truncate killall pkill reboot shutdown halt poweroff init userdel nft dropdb pg_restore mongorestore eval exec source . alias trap',
  ),
  ...each({ other: 'disruptive', raise: { '-t': 'read', '--list': 'read' } }, 'tar'),
  ...each(
    { other: 'destructive', harmless: ['--version', '-version', '-V', '--help'] },
    'java node python python3 ruby perl bash sh zsh pwsh',
  ),
  // Their options are read: host-tools.ts.
  ...each(
    { other: 'destructive' },
    'nc ncat netcat kill ip iptables ip6tables crontab nginx openresty sysctl tcpdump rpm dpkg mysqladmin mariadb-admin',
  ),
  // Their requests are read: http-command.ts.
  ...each({ other: 'destructive' }, 'curl wget'),
  ...each(
    {
      verbs: {
        ...verbs('read', 'x509, s_client, version, verify, crl, asn1parse'),
        ...verbs('safe', 'req, genrsa, genpkey, rand'),
      },
    },
    'openssl',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'list, status, get, history, show, version, template, lint, search, env, diff'),
        ...verbs('disruptive', 'upgrade, install, rollback, repo, dependency, pull, push'),
        ...verbs('destructive', 'uninstall, delete'),
      },
      preview: ['--dry-run', '--dry-run=client', '--dry-run=server'],
      raise: { '--post-renderer': 'destructive', '--output-dir': 'disruptive' },
      valued: ['-n', '--namespace', '--kube-context'],
    },
    'helm',
  ),
  ...each(
    {
      verbs: {
        ...verbs(
          'read',
          'plan, show, output, validate, version, providers, graph, state list, state show, workspace list',
        ),
        ...verbs('safe', 'init, fmt, get, providers lock, providers mirror'),
        ...verbs('destructive', 'apply, destroy, import, taint, state rm, state mv'),
      },
      raise: { '-out': 'disruptive', '-generate-config-out': 'disruptive' },
    },
    'terraform tofu',
  ),
  ...each(
    {
      verbs: {
        ...verbs(
          'read',
          'run list, run view, run watch, workflow list, workflow view, pr list, pr view, pr checks, issue list, issue view, release list, release view, repo view, auth status, status',
        ),
        ...verbs(
          'disruptive',
          'workflow run, workflow enable, workflow disable, run rerun, run cancel, pr merge, pr create, issue create, release create, pr comment',
        ),
        ...verbs('destructive', 'run delete, release delete, repo delete'),
      },
      valued: ['-R', '--repo', '--limit', '-L', '--workflow', '--branch', '--ref'],
    },
    'gh',
  ),
  ...each(
    {
      verbs: {
        ...verbs(
          'read',
          'list_queues, list_connections, list_channels, list_consumers, list_exchanges, list_bindings, list_vhosts, list_users, list_permissions, list_policies, list_unresponsive_queues, check_running, check_local_alarms, check_port_connectivity, memory_breakdown, alarms, listeners, status, cluster_status, environment, report, ping, node_health_check',
        ),
        ...verbs(
          'disruptive',
          'stop_app, start_app, close_connection, close_all_connections, set_policy, rotate_logs',
        ),
        ...verbs('destructive', 'reset, force_reset, purge_queue, delete_queue, forget_cluster_node'),
      },
    },
    'rabbitmqctl rabbitmq-diagnostics',
  ),
  ...each(
    {
      verbs: {
        ...verbs(
          'read',
          'status, read, get, list, kv get, kv list, kv metadata get, secrets list, auth list, policy list, policy read, audit list, token lookup, token capabilities, lease lookup, operator raft list-peers, operator key-status, version',
        ),
        ...verbs('safe', 'operator raft snapshot save'),
        ...verbs('disruptive', 'operator unseal, write, kv put, lease renew, login, operator step-down'),
        ...verbs('destructive', 'seal, operator seal, delete, kv delete, lease revoke'),
      },
    },
    'vault',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'get, endpoint health, endpoint status, member list, alarm list, version'),
        ...verbs('safe', 'snapshot save'),
        ...verbs('disruptive', 'defrag, compact, put, move-leader, member add, member promote'),
        ...verbs('destructive', 'del, snapshot restore, member remove'),
      },
    },
    'etcdctl',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'members, info, catalog, kv get, operator raft list-peers, monitor'),
        ...verbs('disruptive', 'kv put, reload, leave, maint'),
        ...verbs('destructive', 'kv delete, force-leave'),
      },
    },
    'consul',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'list, topology, history, version, show-config, query'),
        ...verbs('disruptive', 'restart, reload, pause, resume, flush, edit-config'),
        ...verbs('destructive', 'switchover, failover, reinit, remove'),
      },
    },
    'patronictl',
  ),
};

/** Commands of Redis. */
export const redisCommands: Readonly<Record<string, Danger>> = {
  ...verbs(
    'read',
    'get, mget, select, hello, auth, echo, info, scan, ttl, pttl, llen, lrange, dbsize, ping, type, exists, hgetall, hget, hlen, hkeys, smembers, scard, zrange, zcard, xlen, xinfo, strlen, time, role, lastsave, xlen, xrange, xrevrange, xpending, hscan, sscan, zscan, zscore, hmget, hvals, sismember, getrange, zrangebyscore, zrevrange, lindex, expiretime, object',
  ),
  ...verbs(
    'read',
    'client list, client info, client id, config get, acl list, acl whoami, acl log, acl getuser, latency history, module list, sentinel masters, sentinel master, sentinel replicas, sentinel slaves, sentinel sentinels, sentinel get-master-addr-by-name, sentinel ckquorum, cluster slots, cluster shards, cluster myid, cluster links, cluster keyslot, cluster countkeysinslot, slowlog get, slowlog len, memory usage, memory stats, memory doctor, latency doctor, latency latest, object encoding, cluster info, cluster nodes, command',
  ),
  ...verbs('safe', 'memory purge, slowlog reset, latency reset, config resetstat'),
  ...verbs(
    'disruptive',
    'set, getset, getex, setnx, setex, append, incrby, decr, persist, config set, config rewrite, client kill, client pause, bgsave, bgrewriteaof, save, monitor, keys, publish, lpush, rpush, hset, sadd, incr, replicaof, slaveof, cluster failover, sentinel failover, failover, client unpause, client no-evict',
  ),
  ...verbs(
    'destructive',
    // What expires is deleted.
    'expire, expireat, pexpire, pexpireat, del, unlink, flushdb, flushall, shutdown, debug, script, eval, rename, swapdb',
  ),
};
