import { optionTable, words } from './option-table.ts';

/** Tools that build, deploy, install or run what a project directory or a file describes: options whose value names that, or a plugin. */
export const buildCodeOptions: Readonly<Record<string, readonly string[]>> = optionTable(`
  act -W --workflows
  apk -X --repository
  bird -c
  bun --cwd
  cdk -a --app
  celery -P --pool -S --scheduler
  chef-client -j -z --local-mode
  chef-solo -c -j
  cmake -S --build --install
  composer -d
  conda -c --channel
  conda_env -f --file
  crun -b --bundle
  ctest --test-dir --build-and-test
  curl --variable
  docker_build -f --file
  docker_builder -f
  docker_stack -c
  docker_compose --env-file
  docker_bud -f
  doit -f
  crm -f --file
  caddy -c
  traefik --providers.file.filename --providers.file.directory
  latexmk -pdflatex -xelatex -lualatex -latex
  buildah -f --file
  pip --config-settings
  docker_logs
  docker_rm
  docker_ps
  docker --hooks-dir --runtime --cni-path
  fly -c
  gatling -sf -rf -bf
  git_difftool -t
  git_mergetool -t
  gitlab-runner -c --pre-build-script --pre-clone-script --post-build-script
  go_mod -replace
  gradle -p -g --gradle-user-home
  gradlew -p -g --gradle-user-home
  grpcurl -proto -protoset
  guestfish -f --file
  guix -C --channels -f -m
  hatch -c
  helm_template --post-renderer
  home-manager -f
  airflow --subdir -S
  istioctl -f --filename
  k9s -c
  nextflow -c
  skopeo --registries.d
  ip obj object
  jboss-cli -c --commands --file
  keepalived -f --use-file
  kubectl_set-credentials --exec-arg --exec-api-version --exec-env
  lldb -l
  lxc raw.lxc raw.qemu
  lxc-start -f --rcfile
  mariadbd --init-file --plugin-load --plugin-load-add
  meson -C
  mdadm -c -p
  mise -C --cd
  mosquitto -c
  mvn --file --settings --global-settings --toolchains
  mysqld --init-file --plugin-load --plugin-load-add --plugin-dir
  mysqld_safe --mysqld --malloc-lib --ledir --mysqld-version
  mysqlslap --query -q --create --pre-system --post-system --pre-query --post-query
  nats-server -c
  nix -I --override-input --file -f
  nixos-rebuild -I --flake
  npm -w
  openssl_fipsinstall -module
  pdb -c
  phpunit -c --bootstrap
  pkg -C -o
  pnpm -C --dir
  poetry -C --directory
  pulsar-admin --jar --archive --py --go
  puppet --modulepath
  qemu-system-x86_ -readconfig -chardev
  rabbitmqadmin -c
  rebar3 -c
  rr -x
  sbt --sbt-jar -sbt-jar -java-home --java-home
  serverless -c
  skaffold -f --filename
  sls -f -c
  smartd -c -w
  standalone -P -c --properties
  stress-ng --job
  summon -f -p
  systemd-tmpfiles --create --remove --clean
  sam -t --template
  tc -b -batch obj object-file
  terragrunt --terragrunt-source
  tilt -f --file
  toolbox -c
  trace -p
  uv --directory
  vboxmanage --exe
  vim --remote-send --remote-expr
  virt-builder --run --firstboot
  vtysh -c -f
  watchmedo -c
  wrk -s --script
  yarn --cwd
  fluentd -r -I
  javac -processor --processor-module-path
  javadoc -doclet -docletpath
  javap -classpath -cp
  jlink --module-path -p
  cassandra -D
  catalina -config
  influxd --config-path
  nomad -plugin-dir
  gpgconf --homedir
`);

/** Sub-commands of package managers that get a package and run code of it. */
const installs = words(
  'add install i in ins inst isnt isntall install-test it link ln require create-project global dlx create x',
);

const packageManagers = words(
  `npm pnpm yarn bun deno pip pipx pipenv uv poetry conda mamba micromamba gem bundle composer cargo luarocks opam stack cabal
  brew asdf mise sdk nvm rbenv pyenv rpm-ostree pkg flatpak guix elasticsearch-plugin logstash-plugin
  kibana-plugin opensearch-plugin fluent-gem vagrant asadmin`,
);

export const installVerbs: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  packageManagers.map((name) => [name, installs]),
);

/** Words before which such a verb changes a list: `npm dist-tag add`. */
export const lists: ReadonlySet<string> = new Set(
  words('dist-tag owner team access tag config token hook star'),
);

/** Words after which all arguments of such a tool are code, a package, a project directory or a file with code. */
export const buildCodeVerbs: Readonly<Record<string, readonly string[]>> = optionTable(`
  ansible-navigator run
  ansible-runner run start
  asadmin deploy redeploy deploydir
  bolt run apply
  brew tap
  colima ssh
  conda install run
  consul watch
  cpan -i
  crm load
  deno install test cache compile bench
  direnv allow exec
  docker unshare kube
  docker-machine ssh
  limactl shell
  pre-commit try-repo
  apk --allow-untrusted
  dotenv run
  gem install sources
  git apply am
  go use
  govc guest.run guest.start
  k3s ctr
  machinectl import-tar import-raw import-fs pull-tar pull-raw
  meson setup
  minikube kubectl ssh
  k6 run archive cloud
  dagster execute
  dvc run
  jupyter nbconvert run
  kubectl node-shell
  mlflow run
  nextflow run
  prefect run
  streamlit run
  mise run
  mix archive.install do
  newman run
  nvm run
  pm2 start deploy install
  qm monitor
  r INSTALL
  rpm-ostree install override
  rvm do
  snap --dangerous
  toolbox run
  vboxmanage run start
  varnishadm vcl.load
  vector validate
  virsh attach-device
  zypper addrepo ar
`);

/** Programs whose first operand is code, or a file or module with code. */
export const buildCodeOperands: Readonly<Record<string, readonly string[]>> = optionTable(`
  catalina
  kafka-server-start --override
  schema-registry-start
  zookeeper-server-start
  pdb -c
  unittest -k -p -s -t
  zkcli -server -timeout
`);
