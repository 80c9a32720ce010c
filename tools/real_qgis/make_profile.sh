#!/usr/bin/env bash
# Makes a QGIS profile called "default" in which only this plugin is switched on; one that is there is left alone.
# Usage: make_profile.sh PROFILES_FOLDER PLUGIN (a folder, which is linked, or a .zip, which is unpacked)
# SEEN=false   a profile that has not seen the first steps, so that they are shown
# THEME='Night Mapping' or 'Blend of Gray': QGIS's own dark themes (default: the light one)
set -euo pipefail
profile=$1/profiles/default
plugin=$(realpath "$2")
[ -e "$profile/QGIS/QGIS3.ini" ] && exit 0
mkdir -p "$profile/python/plugins" "$profile/QGIS"
case $plugin in
  *.zip) /usr/bin/python3 -m zipfile -e "$plugin" "$profile/python/plugins" ;;
  *) ln -sfn "$plugin" "$profile/python/plugins/imagery_hub" ;;
esac
cat > "$profile/QGIS/QGIS3.ini" <<INI
[PythonPlugins]
imagery_hub=true
processing=true

[imagery_hub]
first_steps_seen=${SEEN:-true}

[UI]
UITheme=${THEME:-default}

[qgis]
checkVersion=false
INI
