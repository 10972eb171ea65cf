# opsdeck in a container, as a user without rights. Build it from the npm package:
#   npm pack && docker build -t opsdeck .
# BASE: an image with Node 22 or newer at NODE, and nothing else.
ARG BASE=gcr.io/distroless/nodejs24-debian12:nonroot
FROM ${BASE}
ADD opsdeck-*.tgz /opt/
WORKDIR /tmp
USER 65532:65532
ENV HOME=/tmp NODE_ENV=production
EXPOSE 9465
ENTRYPOINT ["/nodejs/bin/node", "/opt/package/bin/opsdeck.js"]
CMD ["serve", "--metrics", "--env", "here", "--listen", "0.0.0.0:9465", "--allow-remote"]
