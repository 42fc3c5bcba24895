/** Programs that build, test, check, format and convert: what they write can be made again. */
import { type Program, program } from './rule.ts';

/** Any use of these writes only what can be made again. */
function makes(source: string, names: string): Program {
  return program({ names, source, draft: '*', otherwise: 'draft' });
}

export const MAKING: readonly Program[] = [
  makes(
    'https://gcc.gnu.org/onlinedocs/',
    'gcc g++ cc c++ cpp clang clang++ clang-cl tcc icc icpc ld lld gold mold as nasm yasm ar ranlib strip objcopy libtool libtoolize gcov lcov genhtml gcovr ccache sccache distcc bear cmake ctest cpack meson configure autoconf automake autoreconf aclocal autoheader autoupdate buck buck2 pants scons waf premake xmake qmake moc uic rcc protoc flatc thrift swig bison yacc flex lex ragel m4 nvcc hipcc mpicc mpic++ ifort gfortran gnatmake gprbuild dmd ldc2 ghdl iverilog verilator yosys llvm-mc llvm-config llc opt lli wasm-pack emcc em++ wat2wasm wasm2wat wasm-opt indent clang-format clang-tidy cppcheck cpplint cppclean include-what-you-use astyle uncrustify gofmt goimports gofumpt golines golangci-lint staticcheck gosec revive errcheck gotestsum ginkgo mockgen stringer rustc rustfmt rustdoc cargo-clippy javac javadoc javap jshell kotlinc kotlin ktlint detekt scalac scalafmt scalafix groovyc clj clojure checkstyle spotbugs pmd google-java-format',
  ),
  makes(
    'https://docs.pytest.org/en/stable/reference/reference.html',
    'pytest py.test tox nox unittest nosetests nose2 behave robot hypothesis coverage trial doctest pylint flake8 pyflakes pycodestyle pydocstyle pep8 ruff black isort autopep8 yapf autoflake mypy dmypy pyright pyre pytype bandit vulture radon mutmut pyupgrade 2to3 djlint curlylint docformatter interrogate safety pip-audit sphinx-build sphinx-quickstart sphinx-apidoc sphinx-autobuild pdoc pydoc jupyter-nbconvert nbconvert ipython ptpython bpython jupyter marimo streamlit gradio pyinstaller cython cythonize nuitka f2py build hatchling pre-commit prek ipdb pdb pudb cookiecutter copier py-spy memray scalene kernprof snakeviz asv pybabel uvicorn gunicorn hypercorn waitress-serve fastapi django-admin isympy',
  ),
  makes(
    'https://nodejs.org/api/',
    'tsc vue-tsc esbuild swc webpack rollup vite vitest jest mocha ava tap tape jasmine karma cypress playwright wdio nightwatch testcafe c8 nyc eslint tslint jshint standard xo prettier biome oxlint dprint rome stylelint htmlhint markdownlint markdownlint-cli2 textlint alex write-good vale cspell typos codespell misspell commitlint knip depcheck madge size-limit bundlesize source-map-explorer parcel snowpack turbo nx browserify babel terser uglifyjs cleancss postcss sass lessc stylus tailwindcss unocss svgo svgr start-storybook build-storybook astro remix sveltekit svelte-check ember vue-cli-service react-scripts craco metro eleventy jekyll zola middleman vuepress vitepress http-server serve live-server browser-sync json-server nodemon concurrently npm-run-all run-s run-p wait-on degit api-extractor typedoc jsdoc graphql-codegen openapi-generator swagger-codegen swagger-cli redocly spectral lighthouse pa11y license-checker license-report ts-prune ts-unused-exports tsd attw publint ganache-cli anvil slither solc solcjs',
  ),
  makes(
    'https://rubocop.org/',
    'rubocop standardrb reek brakeman rspec cucumber minitest erb haml slim yard rdoc ri irb pry srb steep bundler-audit solargraph rackup puma unicorn thin phpunit pest phpstan psalm phpcs phpcbf php-cs-fixer phpmd phplint phploc phpcpd infection behat codecept pint rector phing php-coveralls kahlan parallel-lint iex credo dialyzer erlc ct_run ghc ghci runghc hlint ormolu fourmolu stylish-haskell ocaml ocamlc ocamlopt dune ocamlformat elm elm-test elm-format purs swiftc swiftlint swiftformat xcodebuild xctest xcpretty lua luac luacheck stylua busted nim crystal zig v vlang perltidy perlcritic prove raku racket guile sbcl clisp ecl swipl gprolog julia Rscript R octave matlab maxima gnuplot scilab sage smalltalkci coffee',
  ),
  makes(
    'https://www.shellcheck.net/wiki/',
    'shellcheck shfmt bats bashate hadolint dockle actionlint yamlfmt taplo tombi sqlfluff sqlfmt pgformatter pg_format squawk tflint tfsec checkov terrascan terraform-docs kubeval kubeconform kube-score kube-linter conftest regal cfn-lint cfn-nag cdk-nag trivy grype syft gitleaks trufflehog noseyparker detect-secrets git-secrets license-eye reuse addlicense osv-scanner zizmor checkmake mbake cmake-format cmakelang gersemi buildifier xmlformat tidy htmltest lychee linkchecker markdown-link-check codeql sonar-scanner gitlint conventional-changelog git-cliff auto-changelog reno towncrier repomix gitingest code2prompt',
  ),
  makes(
    'https://pandoc.org/MANUAL.html',
    'pandoc asciidoctor asciidoc rst2html rst2pdf docutils latex pdflatex xelatex lualatex latexmk tectonic bibtex biber makeindex dvips dvipdfm ps2pdf pdf2ps gs groff troff nroff man2html help2man texi2pdf makeinfo typst d2 dot neato fdp sfdp twopi circo osage gvpr gvpack ccomps plantuml mmdc mermaid ditaa graph-easy wkhtmltopdf wkhtmltoimage weasyprint prince html2text html2markdown trafilatura markdown marked mdbook book docbook2html xsltproc xmlto db2pdf fop qpdf pdftk pdfunite pdfseparate pdfjam pdfjoin pdfcrop pdfnup pdfbook pdftocairo pdftoppm pdftotext pdfimages pdftops mutool img2pdf ocrmypdf tesseract gocr ebook-convert calibre libreoffice soffice unoconv doc2txt antiword docx2txt catdoc odt2txt',
  ),
  makes(
    'https://imagemagick.org/script/command-line-processing.php',
    'convert magick mogrify composite montage ffmpeg sox lame oggenc opusenc opusdec flac faac mp3gain mp3splt shnsplit mkvmerge mkvextract mkvpropedit MP4Box HandBrakeCLI gifsicle gifski pngquant pngcrush optipng oxipng zopflipng jpegoptim jpegtran cjpeg djpeg cwebp dwebp cavif avifenc cjxl djxl guetzli inkscape rsvg-convert potrace svg2png cairosvg gimp blender povray openscad exiftool exiv2 jhead mid3v2 eyeD3 yt-dlp youtube-dl gallery-dl streamlink you-get spotdl manim vhs asciinema agg terminalizer ttyrec freeze silicon scrot grim slurp maim flameshot screencapture gnome-screenshot import spectacle qrencode zbarimg qr zint barcode ogr2ogr ogrinfo gdalinfo gdal_translate gdalwarp gdaltransform obabel samtools bcftools bedtools bwa blastp blastn fastqc nextflow snakemake',
  ),
  makes(
    'https://netpbm.sourceforge.net/doc/',
    'pamtotga pnmpad pnmtoxwd ppmtoilbm rawtoppm sgitopnm bioradtopgm escp2topbm fitstopnm fstopgm giftopnm hipstopgm macptopbm pamfix pamoil pamscale pamslice pamtogif pamtowinicon pbmmake pbmmask pbmpage pbmtoptx pbmtosunicon pbmtozinc pgmhist pgmramp pgmtoppm pnmalias pnmconvol pnmcrop pnmgamma pnmhisteq pnmhistmap pnmmercator pnmmontage pnmremap pnmscalefixed pnmtopalm pnmtopclxl pnmtorle pnmtotiffcmyk ppmflash ppmforge ppmhist ppmrainbow ppmrelief ppmshadow ppmspread ppmtoarbtxt ppmtolj ppmtomitsu ppmtopcx ppmtoppm ppmtorgb3 rawtopgm pamflip sbigtopgm sunicontopnm svgtopam thinkjettopbm ximtoppm xwdtopnm yuvtoppm pamcut pamtopng pngtopam jpegtopnm pnmtojpeg pnmtopng pnmscale pnmflip pnminvert ppmquant pamdeinterlace fiascotopnm img2sixel',
  ),
  makes(
    'https://www.gnu.org/software/gzip/manual/gzip.html',
    'gzip gunzip bzip2 bunzip2 xz unxz lzma unlzma zstd unzstd lz4 unlz4 pigz unpigz pbzip2 brotli compress uncompress lzip lzop 7z 7za 7zr 7zz p7zip zip rar unrar unar lha arj cpio pax atool aunpack apack patool ouch cabextract innoextract unsquashfs mksquashfs genisoimage mkisofs xorriso isoinfo zipcloak zipnote zpaq rzip lrzip shar unshar uuencode uudecode dos2unix unix2dos mac2unix recode convmv detox',
  ),
  makes(
    'https://man7.org/linux/man-pages/',
    'ctags etags cscope gtags global patchutils rediff filterdiff quilt xdelta3 bsdiff bspatch vbindiff xgettext msgfmt msgmerge msginit msgcat msgattrib intltool po4a po4a-updatepo pocount envsubst mustache gomplate j2 jinja2 ytt jsonnet cue dhall pkl kustomize ed ex vi vim nvim nano emacs emacsclient micro helix hx kak joe jed mcedit ne tilde neovim vimtutor editor sensible-editor fpm checkinstall nfpm dh_make dpkg-deb ninja-build samu tup entr watchman watchexec bacon cargo-watch reflex air gow modd fswatch inotifywait',
  ),
  makes(
    'https://sourceware.org/gdb/current/onlinedocs/gdb/',
    'jar dotnet-script mono wine gst-launch-1.0 gst-inspect-1.0 pio platformio arduino-cli west idf.py gdb lldb rr dlv delve cgdb ddd pprof flamegraph samply speedscope jstack jmap jps jcmd jstat jconsole jvisualvm jfr jdb arthas visualvm async-profiler massif-visualizer kcachegrind callgrind_annotate ms_print heaptrack_print apitrace renderdoccmd ',
  ),
  makes('https://ollama.com/', 'ttok tiktoken whisper whisper-cli piper tts espeak-ng vosk-transcriber'),
  makes(
    'https://manpages.debian.org/',
    'a2ping apktool aha pdfattach pdfposter gendesk markdown2pdf md-to-clip monolith httrack manim pageres xml2man unrtf nkf fc-cache fmtutil bcomps edgepaint gvgen mm2gv inkmake imgp jhead gdal2tiles.py f3write f3read cbt license gibo gitmoji ncu electron-packager nativefier makensis rpmbuild makepkg mkid mktorrent mkfile sqfstar lndir lb rnm ripmime steghide stegsnow imhex scanimage grim hyprshot mate-screenshot i3-scrot xfce4-screenshooter instaloader animdl ani-cli axel aria2c curlie bdfr depotdownloader gallery-dl k6 locust jmeter hurl mcs monop csc mkbundle cl ecpg adscript smalltalkci kahlan simplehttpserver darkhttpd agate gotty ttyd webtorrent peerflix nano-ffmpeg melt xcodes ern ghcid goreload vet fossa komac jrnl todo dnote tod orca-c godot josm anki qgis mixxx weechat irssi noti pee fvm melos arduino arduino-builder pie xsp fastapi-cli hledger-web pueue',
  ),
  program({
    names: 'jira linear todoist ohdear',
    source: 'https://github.com/ankitpokhrel/jira-cli',
    read: 'list, ls, show, view, * list|view|show, issue list, sprint list, board list, me, open, serverinfo, today',
    commit: { '*': 'changes something on a service that others see' },
    irreversible: { '* delete|remove, delete, remove': 'deletes something on a service' },
  }),
];
