# coherencecheck in a container: docker build -t coherencecheck . && docker run --rm -v "$PWD:/work" coherencecheck check specs
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json .editorconfig Directory.Build.props Directory.Packages.props ./
COPY src src
# Style is judged where the program is developed.
RUN dotnet publish src/Cli -c Release -o /app --nologo -p:RestoreLockedMode=true -p:NuGetAudit=false -p:RunAnalyzers=false

FROM mcr.microsoft.com/dotnet/runtime:10.0
# Ubuntu, whose library of Z3 has Debian's name. Without it attributes are decided by the enumerator, with the same answers.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libz3-4 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /opt/coherencecheck
ENV PATH=/opt/coherencecheck:$PATH
WORKDIR /work
ENTRYPOINT ["coherencecheck"]
