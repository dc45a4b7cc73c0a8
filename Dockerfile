# syntax=docker/dockerfile:1

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY libs/generator/package.json libs/generator/
RUN npm ci --no-audit --no-fund
COPY . .
# Tests and benchmarks are compiled along with the rest, and have no business in the image.
RUN npm run build && rm -rf dist/test dist/bench && find dist -name '*spec.js*' -delete

# The packages that the programs need at run time; the embedded database and the build tools stay behind, and so do the type
# declarations and source maps of others, which are two fifths of the rest.
FROM node:22-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY libs/generator/package.json libs/generator/
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    TESTLAKE_DIR=/data
WORKDIR /app
RUN install -d -o node -g node -m 0750 /data
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
USER node
VOLUME /data
EXPOSE 3000
# Runs in exec form as process 1, so that the signal to stop reaches the program itself; it needs ten seconds at most.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/api/main.js"]
