# opsdeck in a container, as a user without rights. Build it from the npm package:
#   npm pack && docker build -t opsdeck .
# BASE: an image with Node 22 or newer in one of the directories of PATH; the smallest is a distroless one.
ARG BASE=node:24-slim
FROM ${BASE}
ADD opsdeck-*.tgz /opt/
WORKDIR /tmp
USER 65532:65532
ENV HOME=/tmp NODE_ENV=production PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin
EXPOSE 9465
ENTRYPOINT ["node", "/opt/package/bin/opsdeck.js"]
CMD ["serve", "--metrics", "--env", "here", "--listen", "0.0.0.0:9465", "--allow-remote"]
