/** Further commands in which `X` would be executed or loaded as code: by the words with which tools name it, and by scripts that interpreters start. */
export const toolCodeForms: readonly string[] = String.raw`
npm add X
npm in X
npm isntall X
npm link X
npm update --script-shell X
npm pack --ignore-scripts=false --script-shell X
npm install-test X
pnpm i X
pnpm -C X run build
pnpm --dir X run build
pnpm --dir=X test
pnpm x X
yarn global add X
yarn --cwd X build
yarn --cwd=X build
bun add X
bun install X
bun --preload X a.ts
bun -r X a.ts
bun test --preload X
bunx X
bun --config=X run a
deno install X
deno run --import-map=X a.ts
deno test X
deno run --preload X a.ts
deno cache X
deno run --config X a.ts
deno compile X
python manage.py shell -c X
python3 manage.py shell -c X
python3 manage.py shell --command=X
python /srv/app/manage.py shell --command X
python manage.py runscript X
ruby bin/rails runner X
bundle exec rails runner X
php artisan tinker --execute X
php -d extension=X a.php
node ./node_modules/.bin/ts-node -e X
node --experimental-specifier-resolution=node --require X a.js
node --env-file-if-exists=X a.js
node --build-snapshot X
node --experimental-config-file=X a.js
node -C X -r X a.js
node --disable-proto=delete --experimental-loader=X a.js
docker-compose -f X up
docker-compose -f X -p a up -d
docker-compose --file=X up
docker-compose --project-directory X up
docker compose --project-directory=X up
docker compose --env-file X up
docker stack deploy -c X a
docker stack deploy --compose-file X a
docker build -f X .
docker build --file=X .
docker buildx build -f X .
podman play kube X
podman kube play X
podman build -f X .
podman-compose -f X up
docker run --volume-driver X a
docker exec -e BASH_ENV=X c bash
docker-machine ssh a X
consul watch -type=key X
consul watch -type key -key a X
consul connect envoy -envoy-binary X
gradle -p X build
gradle -pX build
gradle --init-script X build
gradle --include-build X build
gradle --build-file X build
gradle -Dorg.gradle.java.home=X build
gradle -g X build
gradle --gradle-user-home=X build
./gradlew -p X build
./gradlew --include-build=X build
sbt -J-javaagent:X run
sbt -JX run
sbt --sbt-jar X run
sbt -sbt-jar X run
sbt --java-home X run
scala -J-javaagent:X a
kotlinc -J-javaagent:X a.kt
mvn --file X install
mvn --settings X install
mvn --global-settings=X install
mvn --toolchains X install
ant -file X
ant -Dbuild.compiler=X
ant -propertyfile X build
ant -logger X build
cmake -S X -B build
cmake --build X
ctest --test-dir X
ctest -C a --build-and-test X b
meson setup X
meson compile -C X
bazel --bazelrc=X build a
bazel --bazelrc X build a
bazel build --workspace_status_command=X a
bazel --host_jvm_args=X build a
bazel --output_user_root=X build a
cargo --config=X run
cargo run --bin a --config X
cargo add X
cargo build --target-dir a --config build.rustc=X
cargo install --registry a X
go run -exec X a.go
go build -mod=mod -modfile X
go mod edit -replace=a=X
go vet -vettool=X ./...
go work use X
go env -w GOPROXY=X
pip install --extra-index-url=X a
pip install -c X a
pip install --constraint X a
pip install --target=a --find-links X a
pip install git+https://X
pip --config-settings=X install a
pip install -rX
python -m pip install X
python3 -m pip install -r X
python3 -m timeit X
python3 -m pdb -c X a.py
python3 -m runpy X
python3 -m unittest X
python3 -m pytest -p X
python3 -m pytest -c X
python3 -m flask --app X run
python3 -m gunicorn X
uv run --with X a
uv run --with=X a
uv add X
uv --directory X run a
poetry -C X install
poetry --directory=X install
poetry add X
pipx run --spec X a
pipenv install X
conda install X
conda install -c X a
conda env create -f X
conda env update --file=X
mamba install X
gem install --source X a
gem sources --add X
bundle install --gemfile X
bundle install --gemfile=X
bundle add X
bundle -X exec a
composer global require X
composer --working-dir=X install
composer -d X install
composer create-project X
luarocks install X
cpanm X
cpan X
cpan -i X
R CMD INSTALL X
opam install X
stack install X
cabal install X
mix archive.install X
rebar3 -c X shell
brew install X
brew tap X
yum-config-manager --add-repo X
yum-config-manager --add-repo=X
dnf config-manager --add-repo X
add-apt-repository X
apk add --allow-untrusted X
apk --repository X add a
apk add --repository=X a
snap install --dangerous X
flatpak install X
zypper addrepo X a
helm repo add a X
helmfile --environment a --file=X apply
kubectl --kubeconfig X get pods
kubectl config set-credentials u --exec-arg=X
kubectl config --kubeconfig=X view
kubectl krew install X
kubectl exec p -- bash -lc X
kubectl exec p -- nsenter -t 1 -m X
skaffold run -f X
skaffold dev --filename=X
tilt up -f X
terraform -chdir=X apply
terraform init -backend-config X
terraform import -config=X a b
terragrunt run-all apply --terragrunt-source X
terragrunt apply --terragrunt-source=X
pulumi -C X up
pulumi up --config-file X
pulumi plugin install resource X
cdk deploy --app X
cdk deploy -a X
cdk --app=X synth
sam local invoke -t X
serverless deploy --config X
sls invoke local -f X
ansible-playbook --inventory=X a.yml
ansible-playbook a.yml --start-at-task=a -e @X
ansible-playbook a.yml --module-path=X
ansible-playbook a.yml --private-key a --become-exe X
ansible all -i X -m ping
ansible-galaxy collection install X
ansible-galaxy role install X
ansible-galaxy install -p a -s X
ansible-playbook a.yml --ssh-extra-args=X
ansible-runner run X
ansible-navigator run X
salt a state.apply X
salt-call --local X
salt-run X
puppet agent --config X
puppet module install X
puppet apply --modulepath=X a.pp
chef-solo -c X
chef-client -j X
chef-client -z X
knife exec X
bolt command run X
bolt script run X
bolt task run X
psql -d a -c \!X
psql --variable=ON_ERROR_STOP=1 --file X
mysql --execute X
mysql -eX
mysql --pager X
mysqlslap --query=X
mysqlslap --create X
mysqlslap --pre-system=X
mysqlpump --defaults-file=X
mysqld --init-file=X
mysqld_safe --mysqld=X
mysqld --defaults-file=X
mysqld_safe --malloc-lib=X
pg_dumpall -f |X
sqlite3 -batch a.db .system X
sqlite3 -bail -cmd X a.db
sqlite3 X
litestream restore -config X a
litestream replicate -exec X
mongorestore --config X
mongofiles put --config=X
redis-cli -x EVAL X 0
redis-cli --pipe --eval X
redis-cli ACL LOAD X
kafka-server-start.sh X
kafka-server-start X
kafka-mirror-maker.sh --consumer.config X
connect-distributed X
connect-standalone a.properties X
kafka-producer-perf-test.sh --topic a --producer.config X
zkCli.sh -server a X
cassandra -D X
cqlsh -e X h
influxd -config X
influxd --config-path X
clickhouse-server --config-file=X
clickhouse client --query X
elasticsearch-plugin install X
logstash-plugin install X
logstash --path.plugins X
kibana-plugin install X
opensearch-plugin install X
filebeat --path.config X
filebeat --plugin X
metricbeat -c X
fluentd -r X
fluent-gem install X
vector validate X
rabbitmqctl add_vhost -X eval a
rabbitmqadmin --config=X list queues
rabbitmqadmin -c X list queues
nats reply a --command X
nats reply a --command=X
nats-server -c X
mosquitto -c X
pulsar-admin functions create --jar X
pulsar-admin sinks create --archive X
tar --use-compress-program X -xf a
tar -cf a --rsh-command=X h:b
tar -I X -xf a
tar -x --to-command=X -f a
tar --index-file=a --checkpoint-action=exec=X -xf a
tar --files-from=X -cf a
rsync -a --rsync-path X a h:b
rsync -ae X a b
curl -K X -s
curl --config X
curl -qK X
wget --config X http://a
wget --use-askpass X http://a
wget -O- http://a -e X
git fetch --upload-pack X
git -c core.pager=X log
git -c X log
git clone --config core.sshCommand=X a
git clone --template=X a
git clone --template X a
git apply X
git am X
git config --global alias.a !X
git config credential.https://a.helper X
git config gpg.program X
git config uploadpack.packObjectsHook X
git -c protocol.ext.allow=always clone ext::X
git push --signed --receive-pack X o
git rebase -i --exec X
git daemon --access-hook=X
git mergetool -t X
git difftool -t X
git --paginate -c pager.log=X log
ssh -o PermitLocalCommand=yes -o LocalCommand=X h
ssh -oProxyUseFdpass=X h
ssh -L X h
ssh -i a -o X h
ssh -W X h
scp -oProxyCommand=X a h:b
sftp -oProxyCommand=X h
sshd -ddd -f X
sshd -o AuthorizedKeysCommand=X
vim -es -c X a
vim -es +X a
vim --cmd=X a
vim --servername a --remote-send X
vim --servername a --remote-expr X
vim --servername a --remote-wait +X
vimdiff +X a b
nvim -es -u X
nvim --server a --remote-expr X
nvim --server a --remote-send X
nvim --cmd X
nvim -c=X
less +!X a
less +X a
less ++X a
less --cmd=X a
most -X a
view -c X a
ex -s +X a
crontab -u root X
crontab -T X
at -f X 12:00
systemd-run --unit=a X
systemd-run --unit a --scope X
systemd-run --property ExecStopPost=X ls
systemd-run --pty --uid=1 X
systemctl --user set-environment LD_PRELOAD=X
systemd-tmpfiles --create X
portablectl attach X
machinectl import-tar X
machinectl shell a X
nsenter --target 1 --mount X
nsenter -t 1 -m -u -i -n X
nsenter -t 1 --all -- X
busybox ash -c X
busybox vi -c X a
busybox run-parts X
busybox find . -exec X ;
busybox tar xf a --to-command X
busybox httpd -c X
busybox udhcpc -s X
gdb -batch -ex X
gdb -q -nx -ex X -p 1
gdb -nh -x X
gdb -ex=X a
gdb -ix=X a
lldb --batch -o X
lldb -s X a
lldb -l X a
rr replay -X
rr record X
rr replay -g 1 -x X
jq -L X .a f
jq --from-file=X f
jq -LX .a f
jq -n -f X
jq --args X f
jq -e X f
node -r X
node --import=data:X a.js
node -rX a.js
node --test X
node --watch X
node --watch-path=a X
ruby -r X -e 1
ruby -rX -e 1
ruby --require=X a.rb
ruby -S X
ruby -x X a
ruby --yjit -r X a.rb
php -d disable_functions= -r X
php -d auto_append_file=X a.php
php -z X a.php
php -t X -S a
php --define X a.php
php --php-ini=X a.php
php --process-code X
java -cp X a.B
java --class-path=X a.B
java -javaagent:a.jar=X -jar b.jar
java --source 21 X
java -Dloader.path=X -jar a.jar
java -Dloader.main=X -jar a.jar
java -Dlogging.config=X -jar a.jar
java -Dlog4j.configurationFile=X -jar a.jar
java -Dlog4j2.configurationFile=X -jar a.jar
java -Dlogback.configurationFile=X -jar a.jar
java -XX:+UnlockDiagnosticVMOptions -XX:CompileCommandFile=X -jar a.jar
java -XX:VMOptionsFile=X -jar a.jar
java -Xshare:auto -XX:SharedArchiveFile=X -jar a.jar
jdb -launch X
jdb X
jshell --startup X
jlink --module-path X
javap -classpath X a
javadoc -doclet X a
javadoc -docletpath X a
javac --processor-module-path X a.java
javac @X
catalina.sh run -config X
catalina.sh start -config X
catalina.sh run -security -config=X
jboss-cli.sh --file=X
jboss-cli.sh --commands=X
jboss-cli.sh --command=X
jboss-cli.sh -c X
standalone.sh -P X
standalone.sh --server-config=X
asadmin --passwordfile a deploy X
asadmin deploy X
wlst.sh X
perl -MX -e 1
perl -mX a
perl -IX a.pl
perl -dX a.pl
perl -M-X a.pl
perl -0777 -pe X a
perl -sX a
awk -fX a
gawk --lint -f X a
gawk -E X
sed -s -n -e X a
sed -n -f X a
sed --quiet --expression X a
sed -i -e X a
sed -Ei X a
find . -fprint0 X
find -L . -okdir X ;
xargs -a X rm
xargs -P 2 -n 1 X
xargs --arg-file=X rm
xargs -I % bash -c X
xargs -0 env X
env -S X
env -i X
env -u A X
env PATH=X ls
env A=b X
env IFS=X sh a.sh
timeout --signal=9 5 X
timeout 5 env X
timeout 5 sh -c X
nice -20 X
time -p X
watch -d X
watch --exec X
ionice -c2 -n0 X
chroot --userspec=a /b X
unshare -r X
unshare --fork --pid X
setarch x86_64 X
stdbuf --output=L X
setsid -f X
script -a -c X f
script --quiet --command X f
script -B a -c X
flock -x f X
flock -o f -c X
flock f sh -c X
strace -o a -f X
strace -D X
ltrace -S X
valgrind --log-file=a X
valgrind --vgdb-prefix=a --suppressions=b X
perf trace X
perf record -o a X
perf stat -r 5 X
perf script -i a -s X
trace-cmd record -p function X
bpftrace --unsafe X
wrk -s X http://a
wrk --script X http://a
wrk --script=X http://a
wrk2 -s X http://a
k6 run X
k6 run --config X a.js
jmeter -n -t X
locust -f X
locust --config X
artillery run X
gatling.sh -sf X
newman run X
mosh --ssh X h
mosh h -- X
tmux -f X new
tmux new-window X
tmux source-file X
tmux if-shell X a
tmux split-window -h X
tmux -S X attach
screen -X exec X
screen -c X -d -m
screen -d -m -S a X
dtach -c a X
dtach -n a X
abduco -c a X
nohup -- X
inotifyd X a
incrontab X
watchmedo shell-command --command=X
watchmedo shell-command -c X
nodemon --exec X
nodemon -x X
nodemon X
nodemon --config X
pm2 start X
pm2 start --interpreter X a
pm2 start a --interpreter=X
pm2 start a -- --require X
pm2 deploy X
forever start X
forever -c X a
supervisorctl --configuration=X status
supervisord --configuration=X
supervisord -n -c X
monit -c X reload
start-stop-daemon -S -x X
start-stop-daemon --start -a X
daemon -r -- X
httpd -k start -f X
httpd -c X -k start
apachectl -k start -f X
nginx -s reload -c X
nginx -t -c X
nginx -tc X
haproxy -c -f X
haproxy -D -f X
haproxy -L a -f X
envoy -c X
envoy --config-path X
envoy --config-path=X
envoy --config-yaml X
caddy reload --config X
caddy start --adapter a --config X
caddy run -c X
traefik --providers.file.filename=X
squid -k reconfigure -f X
varnishd -a :80 -f X
varnishd -cc_command=X
varnishd -p cc_command=X
varnishadm -T a vcl.load b X
keepalived -f X
keepalived --use-file=X
crm configure load update X
crm -f X
pcs resource create a ocf:heartbeat:anything binfile=X
bird -c X
vtysh -c X
vtysh -f X
vtysh --command X
ip netns exec X ls
ip netns exec a X
ip link set dev a xdp obj X
ip link set dev a xdpgeneric object X
tc -batch X
tc filter add dev a bpf obj X
nft --file X
nft -c -f X
iptables-restore --modprobe=X
iptables-restore -n X
modprobe -a X
modprobe --dirname=X a
modprobe -r X
insmod /lib/X.ko
sysctl --system -p X
sysctl -pX
sysctl -w kernel.modprobe=X
sysctl -w kernel.hotplug=X
mount -t fuse.sshfs -o ssh_command=X a b
sshfs -o ssh_command=X h: a
sshfs h: a -o ProxyCommand=X
sshfs -F X h: a
cryptsetup --external-tokens-path X open a b
lvm --config X vgs
lvs --config X
lvcreate --config=X
mdadm --monitor --program=X a
mdadm --monitor -p X
mdadm --config=X --assemble
mdadm -c X --assemble
smartd -c X
debugfs -R X /dev/a
debugfs -f X /dev/a
debugfs -c -R X /dev/a
xfs_db -c X /dev/a
xfs_io -c X f
fio X
fio --exec_prerun=X a
fio --exec_postrun=X a
fio --ioengine=external:X a
fio --ioengine external:X a
stress-ng --job X
openssl cms -engine X
openssl x509 -engine=X
openssl ca -config X
openssl req -config=X -new
openssl s_client -engine X -connect a:1
openssl s_client -provider X
openssl pkcs12 -engine X
openssl speed -engine X
openssl genrsa -engine=X
openssl fipsinstall -module X
gpg --exec X
gpg2 --agent-program X
gpgsm --agent-program X
gpgconf --homedir X
gopass exec -- X
sops exec-env a X
sops exec-file a X
sops --config X -d a
vault agent -config X
vault agent -exec X
vault -config=X server
vault server -config=X
vault plugin register -command=X a
vault plugin register -sha256=a -command=X auth b
vault write sys/plugins/catalog/secret/a command=X
op run --env-file=X -- a
op run -- X
aws-vault exec a -- X
aws-vault exec a X
aws-okta exec a X
chamber exec a -- X
berglas exec -- X
summon -f X a
summon -p X a
dotenvx run -- X
direnv exec . X
direnv allow X
mise exec -- X
mise run X
mise x -- X
asdf plugin add a X
asdf exec X
rbenv exec X
rbenv install X
pyenv exec X
nvm install X
nvm run X
sdk install X
jenv exec X
rvm do X
task -t X
task --taskfile X
task -d X
just -f X a
just --justfile X
just --shell X
just -d X a
make --file=X
make --eval=X
make --directory X
make -I X
make SHELL=X
mage -d X
mage X
invoke X
inv -c X
doit -f X
hatch env run X
pre-commit run --config X
pre-commit try-repo X
act -W X
gitlab-runner exec shell X
gitlab-runner run -c X
gitlab-runner register --pre-build-script X
gh repo clone a -- --upload-pack=X
gh cs ssh -c a X
drone exec X
circleci local execute --config X
fly execute -c X
fly set-pipeline -p a -c X
buildkite-agent bootstrap --command X
buildkite-agent start --hooks-path X
buildkite-agent start --plugins-path=X
jenkins-cli groovy X
java -jar jenkins-cli.jar groovy X
argocd app set a --config-management-plugin X
nomad job run -var-file=X a
nomad job run -var X a
nomad alloc exec -task a b X
nomad agent -plugin-dir=X
waypoint exec X
boundary connect -exec=X
boundary connect kube -exec X
packer build -var=X a
packer plugins install X
vagrant plugin install X
vagrant ssh a -c X
vagrant ssh a -- -o ProxyCommand=X
virsh -c qemu:///a?command=X list
virsh -c qemu+ext:///a?command=X list
virsh attach-device a X
virt-builder a --run X
guestfish -f X
qemu-system-x86_64 -readconfig X
VBoxManage guestcontrol a run --exe X
VBoxManage guestcontrol a run X
vmrun runProgramInGuest a X
vmrun runScriptInGuest a X b
govc guest.run X
govc guest.start a X
pct exec 1 -- X
pct exec 1 X
qm guest exec 1 X
qm guest exec 1 -- X
qm monitor X
lxc-start -f X
lxc-execute -n a -- X
lxc config set a raw.lxc X
lxc config set a raw.qemu X
incus exec a X
incus config set a raw.lxc=X
firecracker --config-file X
jailer --exec-file X
multipass exec a X
multipass launch --cloud-init=X
limactl shell a X
colima ssh -- X
minikube ssh X
minikube ssh -- X
minikube kubectl -- X
kind create cluster --config X
k3s kubectl exec a -- X
k3s ctr run a b X
k3d cluster create --config X
microk8s kubectl exec a -- X
crictl exec -it a X
crictl --config X ps
nerdctl exec a X
nerdctl compose -f X up
nerdctl run a X
nerdctl --cni-path X run a
buildah run a X
buildah bud -f X
runc spec -b X
runc create --bundle=X a
crun run -b X a
kata-runtime exec X
podman run --conmon X a
podman exec -it a X
podman run --runtime=X a
podman unshare X
podman --hooks-dir=X run a
podman run --seccomp-policy X a
podman machine ssh a X
toolbox run X
toolbox run -c a X
distrobox enter a -- X
distrobox-enter a -- X
flatpak run --command=X a
flatpak-spawn --host X
snap run --shell X
rpm-ostree install X
rpm-ostree override replace X
nix-env -i X
nix-env -f X
nix-env -iA X
nix run --impure X
nix develop -c X
nix develop --command X
nix shell nixpkgs#a -c X
nix build --file X
nixos-rebuild switch -I nixos-config=X
nixos-rebuild switch --flake X
home-manager switch -f X
guix time-machine -C X
guix build -f X
guix environment -m X
pkg install X
pkg -C X update
pkg add X
pkg_add X
kubectl kustomize --enable-helm --helm-command X a
kubectl --kubeconfig X apply -f a.yml
helm secrets --helm-binary X upgrade a b
helm template a b --post-renderer ./X
helmfile -f helmfile.d/X apply
terraform -chdir=envs/X apply
tofu -chdir envs/X apply
ansible-playbook -i inventories/X site.yml
ansible-playbook playbooks/X.yml
ansible all -i X, -m shell -a X
psql -X -f X
psql -d a -f scripts/X.sql
mysql -D a --execute X
sqlite3 a.db ".read X"
tar --to-command X -xf a.tar
tar -I X -xf a.tar
rsync -e X a h:b
rsync --rsh=X -a a h:b
curl -K conf/X
wget --use-askpass X http://h
git --exec-path=X fetch
git -C X pull
ssh -F X h uptime
ssh -o KnownHostsCommand=X h
less --lesskey-file X a
crontab -u app X
systemd-run -p ExecStopPost=X sleep 1
nsenter -a -t 1 X
busybox X a
gdb -p 1 -batch -x X
jq -L lib/X . f
node --import X app.js
ruby -r X app.rb
java -cp lib/X Main
mvn -f X/pom.xml verify
ant -f X deploy
ninja -C X all
bazel --bazelrc=X build //a
go run ./X
go test -toolexec X ./...
deno run -A X
bun x X
rails runner -e production X
./bin/rails runner X
./manage.py shell --command X
flask --app X routes
uwsgi --plugin X
gunicorn --worker-class X a:b
gunicorn --pythonpath X a:b
celery --app X inspect ping
rq worker --worker-class X
huey_consumer X
dramatiq X
supervisorctl -c X restart a
pm2 start ecosystem.config.js --interpreter X
pm2-runtime X
foreman start -f X
overmind start -f X
hivemind X
honcho -f X start
docker compose --file X restart api
docker --config X pull a
docker buildx bake --file X
podman --runtime X start a
nerdctl --cni-path=X run a
skopeo --command-timeout 5 --registries.d X inspect a
lima X
kubectl node-shell X
kubectl debug node/a -it --image=a -- X
kubectl exec a -c b -- python -c X
kubectl exec a -- java -cp X Main
kubectl exec a -- curl -K X
kubectl exec a -- find / -exec X ;
stern --config X a
k9s --headless -c X
kubectx-X -c a
velero plugin add X
istioctl install -f X
istioctl manifest apply --set profile=a -f X
linkerd install --config X
argocd-util app generate-spec --config X
vault server -config=/etc/vault/X
consul agent -config-dir=/etc/X
nomad agent -config /etc/X
etcd --config-file X
zookeeper-server-start X
kafka-connect-start --config X
schema-registry-start X
pulsar standalone --config X
flink run -c X a.jar
spark-submit --conf spark.executor.extraClassPath=X a.jar
spark-submit --driver-class-path X a.jar
spark-submit --driver-java-options X a.jar
hadoop --config X fs -ls /
hdfs --config X dfsadmin -report
hbase --config X shell
hive --hiveconf hive.exec.pre.hooks=X
sqoop import --options-file X
oozie job -config X -run
airflow tasks test a b c --subdir X
dagster job execute -f X
prefect deployment run -f X
luigi --module X a
snakemake -s X
snakemake --snakefile X
nextflow run X
nextflow -c X run a
cwltool X
dvc run X
mlflow run X
jupyter nbconvert --execute --to html X
papermill X out.ipynb
streamlit run X
locust --locustfile X
tsung -f X start
`
  .trim()
  .split('\n');

/** Further commands of everyday work in which `X` is data. */
export const toolDataForms: readonly string[] = String.raw`
npm view X version
npm ls X
npm outdated X
npm audit --registry=https://a/X
yarn why X
pip index versions X
pip freeze --path X
pip uninstall -y X
apt-cache policy X
apt-mark hold X
dpkg -l X
dpkg -s X
rpm -q X
rpm -qi X
yum info X
dnf repoquery X
brew info X
snap info X
snap refresh a --channel=X
python manage.py clearsessions --days X
python3 manage.py migrate app X
python3 /srv/app/manage.py changepassword X
python3 -m json.tool X
php artisan queue:retry X
php artisan cache:forget X
ruby bin/delayed_job restart -i X
bundle exec sidekiqctl quiet X
node /opt/a/cli.js restart X
node ./scripts/drain.js --name X
docker-compose logs -f X
docker-compose -f a.yml restart X
docker-compose -p X ps
docker-compose up -d --scale a=X
docker compose -f a.yml logs X
docker compose -p X restart
docker stack ps X
docker stack rm X
docker service update --image registry/a:X a
docker service logs X
docker node update --availability drain X
docker system df --filter label=X
docker events --filter container=X
docker ps --filter name=X
docker image rm X
docker cp X:/var/log/a /tmp/a
docker context use X
consul catalog nodes -service=X
consul force-leave X
consul kv put a/b X
consul operator raft remove-peer -id=X
consul snapshot save X
gradle test --tests X
gradle build -Penv=X
gradle --console X build
sbt -Denv=X run
mvn -Denv=X verify
mvn verify -pl X
mvn -Dtest=X test
ant -Denv=X deploy
cmake --build build --target X
ctest -R X
bazel build --define env=X //a
cargo test --test X
cargo update -p X
go test -run X ./...
go version X
pip show --files X
conda env remove -n X
uv pip show X
poetry show X
gem list X
bundle show X
composer show X
helm upgrade X repo/a
helm upgrade a repo/a --set replicas=X
helm status X --revision 3
helm get values X
helm rollback X 2 --wait
helm test X
helm repo update X
helm search repo X
helm list --filter X
kubectl get configmap X -o yaml
kubectl -n a exec X -- nginx -s reload
kubectl exec a -c b -- redis-cli DEL X
kubectl exec a -- psql -d X -c select1
kubectl exec a -- curl -s http://h/X
kubectl rollout status deployment/X --timeout=60s
kubectl rollout pause deployment X
kubectl taint node X a=b:NoSchedule
kubectl get pods -l app=X
kubectl get pods --field-selector spec.nodeName=X
kubectl create token X
kubectl autoscale deployment X --max=5
kubectl logs -l app=X --since=1h
kubectl logs a --since X
kubectl api-resources --api-group=X
kubectl certificate approve X
kubectl delete job X --wait=false
kubectl create namespace X
kubectl uncordon X
kubectl run X --image=registry/a
kubectl set resources deployment X --limits=cpu=1
kubectl patch hpa X -p {"spec":{"maxReplicas":5}}
terraform workspace show X
terraform force-unlock X
terraform state rm X
terraform refresh -target=X
terraform plan -out=X
ansible-playbook -l X site.yml
ansible-playbook site.yml --tags X
ansible-playbook site.yml --limit=X
ansible all -m service --limit X
ansible-playbook site.yml --start-at-task=X
puppet agent --test --tags X
knife node show X
psql -h h -p 5432 -U u X
psql -t -d X -c select1
pg_dump -t X a
pg_restore -t X -d a f
pg_ctl promote -D /var/lib/a -t X
pg_isready -h X
reindexdb --table=X a
mysql -h X -u u
mysqlcheck --repair a X
mysqlbinlog --start-datetime=X a
redis-cli EXPIRE a X
redis-cli LLEN X
redis-cli CLUSTER FORGET X
redis-cli SENTINEL FAILOVER X
redis-cli XGROUP DESTROY a X
redis-cli CONFIG SET maxmemory-policy X
mongodump --collection X --db a
mongorestore --nsInclude=X a
kafka-topics --alter --topic X --partitions 12
kafka-configs --alter --entity-type topics --entity-name a --add-config retention.ms=X
kafka-topics --create --topic a --config retention.ms=X
kafka-leader-election --topic X --partition 0
kafka-delete-records --bootstrap-server X
kafka-consumer-groups --bootstrap-server b --delete --group X
rabbitmqctl set_policy a X {}
rabbitmqctl clear_policy X
rabbitmqctl delete_queue X
rabbitmqadmin delete queue name=X
rabbitmqadmin get queue=X
nats stream purge X
nats consumer info a X
etcdctl member list --endpoints=X
etcdctl snapshot save X
zkCli.sh -server X ls /
nodetool decommission -h X
nodetool cleanup X
nodetool compact X
influx bucket delete -n X
aws s3 ls s3://X
aws ecs stop-task --task X
aws autoscaling terminate-instance-in-auto-scaling-group --instance-id X
aws rds reboot-db-instance --db-instance-identifier X
aws sqs purge-queue --queue-url X
aws lambda update-alias --function-name X --name a --function-version 3
aws elbv2 deregister-targets --target-group-arn X
aws configservice describe-config-rules --config-rule-names X
aws cloudwatch set-alarm-state --alarm-name X
aws --profile X sts get-caller-identity
aws --region=X s3 ls
gcloud compute instances stop X --zone=a
gcloud sql backups restore X
gcloud run services update X --max-instances=5
gcloud config set project X
gcloud functions deploy a --entry-point=X
az webapp restart --name X --resource-group a
az vm deallocate -n X -g a
az extension show --name X
gh run view X --log-failed
gh run cancel X
gh run watch X
gh release view X
gh issue close X
gh workflow disable X
glab ci retry X
argocd app get X
argocd app terminate-op X
argocd app set a --revision X
argo stop X
argo retry X
flux suspend helmrelease X
flux reconcile source git X
nomad job restart X
nomad node drain -enable X
nomad deployment promote X
nomad system gc X
vault kv list X
vault lease renew X
vault operator step-down X
vault read database/creds/X
packer inspect X
vagrant reload X
virsh start X
virsh snapshot-revert X a
lxc stop X
lxc snapshot X
multipass stop X
qm stop X
pct start X
govc vm.power -reset X
VBoxManage controlvm X reset
systemctl enable --now X
systemctl reload X
systemctl show X --property=ActiveState
systemctl kill -s HUP X
systemctl list-units --state=X
systemctl start a@X
systemctl reset-failed X
journalctl -u a --grep X
journalctl _PID=X
service X restart
rc-service X restart
sv restart X
initctl restart X
s6-svc -r X
supervisorctl tail X
pm2 logs X
pm2 reload X
pm2 scale a X
pm2 stop X
monit summary X
crm resource restart X
pcs resource cleanup X
pcs node standby X
nginx -s X
haproxy-ctl disable X
socat-status X
varnishadm ban req.url X
squidclient mgr:X
dig @h X
dig +short X
curl -u user:X http://h
curl --data-binary name=X http://h
curl -F name=X http://h
curl --max-time X http://h
curl -G --data-urlencode q=X http://h
wget -q -O a http://h/X
http GET h/X
grpcurl -plaintext h a/X
nc -zv h X
ping -W X h
traceroute -m X h
tcpdump -c X port 80
ip route replace default via X
ip neigh flush dev X
ss -tn dst X
iptables -I INPUT -s X -j DROP
ipset add a X
ufw deny from X
firewall-cmd --add-port=X/tcp
conntrack -D -s X
nft delete element a b c X
tc qdisc del dev X root
ethtool -S X
lsof -p X
lsof -i :X
fuser -k X/tcp
strace -p X
kill -HUP X
kill -s TERM X
pkill -f -x X
renice 5 X
ionice -c 3 -p X
taskset -p X
gdb -p X
jstack X
jmap -histo X
jcmd X GC.run
jcmd X Thread.print
kill -3 X
df X
lsblk X
mount /mnt/X
umount -l /mnt/X
fsck -n X
xfs_growfs X
resize2fs X
lvs X
vgextend a X
mdadm --detail X
smartctl -a X
zpool scrub X
zfs rollback a@X
zfs destroy a@X
btrfs scrub start X
swapon X
sysctl -w vm.swappiness=X
sysctl vm.drop_caches=X
sysctl -n net.core.X
ls -la /var/log/X
find /tmp -maxdepth 1 -name X -mtime +7 -delete
find /var -size +X
gzip -d X
tar -czf X /etc/a
tar -tf X
rsync -a --delete a/ h:X
rsync -av --exclude X a b
scp a h:/tmp/X
sftp -P X h
ssh-keyscan X
openssl s_client -servername X -connect h:443
openssl x509 -in X -enddate -noout
certbot renew --cert-name=X
certbot certificates -d X
keytool -list -alias X
gpg --list-keys X
gpg --recv-keys X
gpg --import X
chown X a
chmod -R g+w X
chattr -i X
setfacl -x u:X a
usermod -L X
userdel X
passwd -l X
chage -l X
id X
last X
who X
faillock --user X --reset
loginctl terminate-user X
at -r X
atrm X
crontab -l -u X
date -d X
timedatectl set-timezone X
hostnamectl set-hostname X
logger -p X a
tail -F /var/log/X
zgrep X a.gz
grep -c X a
rg X logs
jq --arg name X .[$name] f
awk -v n=X -f a.awk f
cut -f X a
tr a X
printf X
echo X
test -f X
expr X + 1
seq X
sleep X
./deploy.sh --config X
./deploy.sh --script-name X
./restart.sh --plugin X
/opt/bin/failover --config=X
/usr/local/bin/rotate --env X
make-release --channel X
mycli-tool restart X
opsctl drain --host X
dbt run -s X
airflow dags trigger X
airflow tasks clear X
celery -A app control revoke X
celery -A app inspect ping -d X
flink savepoint X
spark-submit --kill X
yarn application -kill X
hdfs dfs -rm X
hdfs dfsadmin -report X
presto --catalog X
snowsql --dbname X
velero backup describe X
restic snapshots --host X
restic forget X
borg list a::X
pgbackrest --stanza=X check
wal-g backup-fetch X a
patronictl -c /etc/p.yml failover --candidate X
patronictl reinit a X
repmgr node rejoin -d X
orchestrator-client -c relocate -i X
proxysql-admin --update-cluster X
k6 status X
istioctl analyze -n X
linkerd check --proxy -n X
cilium endpoint get X
calicoctl get node X
kops rolling-update cluster X
eksctl scale nodegroup --name=X
kubeadm token delete X
crictl stop X
crictl inspect X
ctr tasks kill X
nerdctl restart X
podman logs X
podman stop X
buildah rm X
skopeo inspect docker://registry/a:X
doctl kubernetes cluster get X
hcloud server reboot X
linode-cli linodes reboot X
heroku restart -a X
heroku releases:rollback X
fly apps restart X
cf scale a -i X
vercel rollback X
netlify deploy --site X
firebase deploy --only X
serverless remove --stage X
cdk destroy X
sam logs -n X
pulumi stack select X
kubectl describe node X
kubectl get deploy X -o jsonpath={.status.replicas}
kubectl logs deploy/X --since=10m
kubectl rollout history deployment/X --revision 3
kubectl scale statefulset X --replicas 0
kubectl delete pod X --grace-period=0 --force
kubectl exec a -- kill -HUP X
kubectl exec a -- cat /var/log/X
kubectl exec a -- rabbitmqctl purge_queue X
kubectl exec a -- mongosh --quiet --host X
kubectl exec deploy/a -- python manage.py clearsessions --days X
helm rollback --wait X 4
helm get manifest X
terraform state list X
terraform output -raw X
ansible-playbook site.yml --limit X --tags deploy
ansible-playbook site.yml -l X -t restart
psql -h X -d a -c select1
pg_dump -h X -d a
pg_restore --dbname X a.dump
mysqladmin -h X shutdown
mysqldump --databases X
redis-cli -h X -p 6379 INFO
redis-cli HGETALL X
mongodump --archive=X --db a
mongosh mongodb://h/X
kafka-topics --bootstrap-server X --list
kafka-consumer-groups --bootstrap-server b --group X --describe
rabbitmqctl delete_queue -p a X
nodetool -h X status
etcdctl --endpoints=X endpoint health
consul operator autopilot get-config -token X
vault read secret/X
aws ec2 stop-instances --instance-ids X
aws autoscaling set-desired-capacity --auto-scaling-group-name X --desired-capacity 3
aws ecs describe-services --cluster X --services a
aws rds failover-db-cluster --db-cluster-identifier X
aws s3 sync s3://a/X /tmp/a
aws logs filter-log-events --log-group-name X
gcloud compute instances describe X
gcloud container clusters describe X --region a
gcloud sql instances failover X
az webapp log tail --name X
az vm start --ids X
gh run list --workflow X
gh run rerun --failed X
gh workflow run deploy.yml -f version=X
glab pipeline run --branch X
argocd app history X
argocd app rollback X 5
flux resume kustomization X
nomad alloc logs X
nomad job scale X 3
systemctl restart X.service
systemctl try-restart X
systemctl is-failed X
systemctl status ssh X
journalctl -u X -n 100 --no-pager
journalctl --since X --until now
service nginx X
docker logs X --since 5m
docker stats --no-stream X
docker update --memory X api
docker compose restart --timeout X api
docker compose pull X
docker compose logs --tail X api
docker-compose stop X
docker-compose exec -T api cat X
podman inspect X
crictl logs --tail X a
varnishadm ban X
dig @1.1.1.1 X A
curl -fsS http://h/api/X
curl -H X-Request-Id:X http://h
curl --resolve X:443:1.2.3.4 https://a
wget -q http://h/X -O /tmp/a
openssl s_client -connect h:443 -servername X
nc -zv -w 3 X 22
ss -ltnp sport = :X
tcpdump -ni X port 53
ip link set X down
firewall-cmd --remove-port=X/tcp
ethtool -i X
kill -9 X
pkill -u X
lsof -u X
strace -f -p X -o /tmp/a
jstack -l X
jcmd X VM.flags
jmap -dump:live,file=/tmp/X 1
gcore -o /tmp/X 1
du -xsh X
df -i X
find /data -name X -newer a
ls -lt /srv/X
tar -czf /backup/X.tgz /srv/a
gzip -9 X
rsync -a --delete /srv/X/ h:/srv/a/
scp h:/var/log/X /tmp/
logrotate-status X
certbot renew --cert-name X --dry-run
chmod 640 X
lvextend -r -L +5G /dev/vg/X
zfs snapshot tank/X@now
mdadm --fail /dev/md0 X
smartctl -H X
sysctl -w net.core.somaxconn=X
at -d X
./scripts/rollback.sh X
./scripts/rollback.sh --config X
bash scripts/drain.sh --host X
python3 scripts/reindex.py --index X
node scripts/requeue.js --queue X
ruby scripts/backfill.rb --since X
php artisan queue:restart --name=X
java -jar tools/migrate.jar --tenant X
npm --version X
npm dist-tag rm a X
bin/opsctl failover --to X
opsctl cluster add-node X
acme-cli tenant add --name X
acme-cli user add X
deployctl promote X --to prod
pgbackrest --stanza=X restore
wal-g delete before X
restic restore X
velero restore create --from-backup X --wait
patronictl failover --candidate X
`
  .trim()
  .split('\n');
