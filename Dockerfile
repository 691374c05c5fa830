# syntax=docker/dockerfile:1

# In a container the server listens on all interfaces, and beyond loopback it refuses to start
# without tokens. So:
#
#   docker build -t switchgear .
#   docker run -p 8080:8080 -v switchgear:/data -e SWITCHGEAR_ADMIN_TOKEN=… switchgear

FROM swift:6.3-bookworm AS build
RUN apt-get update -qq \
    && apt-get install -qq --no-install-recommends libsqlite3-dev \
    && rm -rf /var/lib/apt/lists/*
# The linker looks here first, and finds the static SQLite alone.
RUN mkdir /static && ln -s /usr/lib/*-linux-gnu/libsqlite3.a /static/
# What /v1/version says of the commit: --build-arg COMMIT=$(git rev-parse HEAD)
ARG COMMIT=
ENV SWITCHGEAR_COMMIT=$COMMIT
WORKDIR /source
COPY . .
RUN swift build --configuration release --product switchgear --static-swift-stdlib \
        -Xswiftc -gnone -Xlinker -s -Xlinker -L/static \
    && cp "$(swift build --configuration release --show-bin-path)/switchgear" /switchgear

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --no-create-home switchgear \
    && install --directory --owner switchgear --group switchgear /data
COPY --from=build /switchgear /usr/local/bin/switchgear
USER switchgear
WORKDIR /data
VOLUME /data
ENV SWITCHGEAR_HOST=0.0.0.0 \
    SWITCHGEAR_DATABASE=/data/switchgear.db
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["switchgear", "healthcheck"]
ENTRYPOINT ["switchgear"]
CMD ["serve"]
